// A failure that its reader can mend: what is wrong in one line, and what to do. Anything else that is thrown is a
// defect of this program and shown with its stack.

export const Status = {
  ok: 0,
  failed: 1, // the work was done and its outcome is bad, or a tool or file it needs failed
  usage: 2, // the command line, or a file named on it, is wrong
} as const;

export class Failure extends Error {
  readonly advice: string;
  readonly status: number;

  constructor(message: string, advice: string, status: number = Status.failed) {
    super(message);
    this.name = "Failure";
    this.advice = advice;
    this.status = status;
  }
}

export function usageFailure(message: string, advice: string): Failure {
  return new Failure(message, advice, Status.usage);
}

export function describe(error: unknown): string {
  if (error instanceof Failure) return `${error.message}${error.advice === "" ? "" : `; ${error.advice}`}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
