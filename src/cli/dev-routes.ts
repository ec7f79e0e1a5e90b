/** The virtual models of a dev server: `routes` of the project's file, as groups of the models that are there now. */
import { CatalogError, isModelwrightError } from "../errors.js";
import {
  cheapest,
  failover,
  fastest,
  leastBusy,
  type Routable,
  type RouteOptions,
  roundRobin,
  weighted,
} from "../index.js";

import { createModelNames, type GatewayProvider, type ModelNames } from "../server/model-names.js";
import { type ConfigText, type RouteConfig, readConfig } from "./config.js";

/** What is declared, read anew when the file may have changed; a broken file keeps what was good. */
export class DevRoutes {
  private text: ConfigText = readConfig();
  private broken: CatalogError | undefined;
  private unfit: readonly CatalogError[] = [];

  /** Of the file, and of routes whose models are not there. */
  get problems(): readonly CatalogError[] {
    return [...(this.broken === undefined ? [] : [this.broken]), ...this.unfit];
  }

  /** True when other routes are declared than before. */
  read(): boolean {
    const before = JSON.stringify(this.text.config.routes);
    try {
      this.text = readConfig();
      this.broken = undefined;
    } catch (error) {
      if (!(error instanceof CatalogError)) throw error;
      this.broken = error;
    }
    return JSON.stringify(this.text.config.routes) !== before;
  }

  /** How the members of a route are chosen, in the word of the file. */
  groupOf(name: string): string | undefined {
    const { routes = {} } = this.text.config;
    const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
    return route === undefined ? undefined : partsOf(route).group;
  }

  /** The routes over these models, by name. One with a member that is not there is left out, and told in `problems`. */
  over(providers: readonly GatewayProvider[]): { readonly [name: string]: unknown } {
    const { routes = {} } = this.text.config;
    const problems: CatalogError[] = [];
    const names = createModelNames({ providers: Object.keys(routes).length === 0 ? [] : providers });
    const groups = Object.entries(routes).flatMap(([name, route]) => {
      const group = this.groupFrom(name, route, { names, problems });
      return group === undefined ? [] : [[name, group] as const];
    });
    this.unfit = problems;
    return Object.fromEntries(groups);
  }

  private groupFrom(
    name: string,
    route: RouteConfig,
    { names, problems }: { readonly names: ModelNames; readonly problems: CatalogError[] },
  ): unknown {
    const { group, members, weights = [], ...options } = partsOf(route);
    const under = Array.isArray(route) ? ["routes", name] : ["routes", name, "members"];
    const before = problems.length;
    const handles = members.flatMap((member, i) => {
      const found = handleOf(names, member);
      if (typeof found !== "string") return [found];
      problems.push(this.text.problem({ path: [...under, i], message: found }));
      return [];
    });
    if (group === "weighted" && weights.length !== members.length) {
      const message = `expected one weight for each of the ${members.length} members, found ${weights.length}`;
      problems.push(this.text.problem({ path: ["routes", name, "weights"], message }));
    }
    return problems.length > before ? undefined : groupsBy[group](handles, { ...options, weights });
  }
}

type Parts = Exclude<RouteConfig, string[]>;

function partsOf(route: RouteConfig): Parts {
  return Array.isArray(route) ? { group: "failover", members: route } : route;
}

type Options = RouteOptions & { readonly weights: readonly number[] };

const groupsBy: { readonly [G in Parts["group"]]: (handles: readonly Routable[], options: Options) => unknown } = {
  failover,
  roundRobin,
  weighted,
  cheapest,
  fastest,
  leastBusy,
};

/** The handle of a chat model, or what is wrong with its name. */
function handleOf(names: ModelNames, name: string): Routable | string {
  try {
    const { handle, targets } = names.find(name);
    const [{ model }] = targets;
    return model.kind === "chat" ? (handle as Routable) : `${name} is a model of kind ${model.kind}, not chat`;
  } catch (error) {
    if (isModelwrightError(error)) return error.message;
    throw error;
  }
}
