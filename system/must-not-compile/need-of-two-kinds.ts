// A need is of one kind of object.
import { defineProgram } from "../index.ts";

// refused: Type '{ channel: "send"[]; lock: "acquire"[]; }' is not assignable to type 'Need'.
export default defineProgram({ name: "sender", sources: [], needs: { out: { channel: ["send"], lock: ["acquire"] } } });
