// Holds what a simulated machine does against the proven bounds of its kernel's operations, while it runs.

import type { Machine } from "../sim/machine.ts";
import { auditOf, type Audit, type Violation } from "../wcet/audit.ts";
import { linesOf } from "../wcet/lines.ts";
import { addObserved } from "../wcet/observed.ts";
import { auditTable, relativeTo, violationText } from "../wcet/report.ts";
import { Failure } from "./failure.ts";
import type { Connection } from "./machines/machine.ts";
import { ROOT } from "./paths.ts";
import { say } from "./say.ts";
import type { BuiltKernel } from "./steps/software.ts";
import { OBSERVED, provenBounds, readSubject } from "./wcet.ts";

export interface WcetAudit {
  /** The same connection, with everything that the machine does seen by the audit. */
  watch(machine: Machine, connection: Connection): Connection;
  /** Says what was seen, and keeps it for `atomicos wcet`; true if every operation kept to its bound. */
  conclude(): boolean;
}

export async function wcetAudit(kernel: BuiltKernel): Promise<WcetAudit> {
  const { elf } = kernel;
  const subject = await readSubject(kernel);
  if (subject.operations.length === 0) {
    throw new Failure(`${elf} declares no operations`, "docs/wcet.md says how a kernel declares them");
  }
  const { bounds, problems } = await provenBounds(subject, subject.operations, elf);
  if (problems.length > 0) throw new Failure(problems.join("\n"), "an audit needs a bound for every operation");
  const audit = auditOf(bounds);
  return {
    watch(machine, connection) {
      machine.logRetirements(true);
      return audited(connection, machine, audit);
    },
    conclude() {
      addObserved(subject.elf, OBSERVED, audit.observations);
      say(`observed beside the bounds:\n${auditTable(bounds, audit.observations)}`);
      for (const violation of audit.violations) say(described(violation, elf));
      return audit.violations.length === 0;
    },
  };
}

/** Everything but `run` as it is. */
function audited(connection: Connection, machine: Machine, audit: Audit): Connection {
  return {
    get cycles() {
      return connection.cycles;
    },
    get exitStatus() {
      return connection.exitStatus;
    },
    endsItself: connection.endsItself,
    send: (bytes) => connection.send(bytes),
    receive: () => connection.receive(),
    run(cycles, events) {
      const happened = connection.run(cycles, events);
      machine.retirements((eip, cycle) => audit.completed(eip, cycle));
      return happened;
    },
  };
}

const described = (violation: Violation, elf: string): string =>
  violationText(
    violation,
    relativeTo(
      ROOT,
      linesOf(
        elf,
        violation.path.map(({ eip }) => eip),
      ),
    ),
  );
