/** Reads failures off error bodies. */
import { detailFailure } from "../detail-failure.js";

export const decodeFailure = detailFailure("error_type");
