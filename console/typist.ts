// Who sits at the serial console: a person, a script, or a pipe. The session asks after every run of the machine.

export interface Turn {
  readonly type?: Uint8Array; // bytes for the machine
  readonly end?: Ending; // the session is over
  readonly wake_cycle?: number; // ask again at this cycle at the latest
}

export interface Ending {
  readonly status: number;
  readonly message?: string; // why, where the reader cannot know
}

export interface Typist {
  // Must this one see each received byte in the clock cycle it is complete, so that its answers come at the same cycle
  // however fast the host is?
  readonly exact: boolean;
  turn(heard: Uint8Array, cycles: number): Turn;
  close(): void;
}
