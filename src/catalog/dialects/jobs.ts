/** Switches of the protocols that work by jobs. Each is used by at least one shipped provider (checked by a test). */

export interface BflDialect {
  /** Domain of the addresses at which jobs are asked for, which differ by region: they get the key. */
  readonly pollDomain?: string;
  /** Member of the picture to start from, for models that take one: `input_image`, `image_prompt`, `image`. */
  readonly imageField?: string;
}

export interface DashscopeDialect {
  /** The answer comes at once: `qwen-image-2.0` knows no jobs. Default false. */
  readonly atOnce?: boolean;
}

export interface ReplicateDialect {
  /** Member of the picture to start from. Default `image`. `input_image`: FLUX Kontext. */
  readonly imageField?: string;
}
