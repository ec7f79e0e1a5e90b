/** The public door `modelwright/testing`: a simulator of providers for tests without keys and network. */
export type {
  FaultConditions,
  FaultName,
  FaultRule,
  Script,
  ScriptedAnswer,
  ScriptedFailure,
  ScriptedFailureOptions,
  ScriptedReply,
  SimulatedRequest,
  Simulator,
  SimulatorOptions,
} from "./simulator/contract.js";
export { createSimulator } from "./simulator/simulator.js";
