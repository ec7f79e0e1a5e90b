/** What the gateway itself refuses, with the HTTP status that says it best. Its message is shown to clients. */
import { type ErrorCode, ModelwrightError } from "../errors.js";

export class GatewayRefusal extends ModelwrightError {
  override readonly name = "GatewayRefusal";
  /** Sent instead of the status that the error's code stands for. */
  readonly answerStatus: number;

  constructor(answerStatus: number, code: ErrorCode, message: string) {
    super(code, message);
    this.answerStatus = answerStatus;
  }
}
