import { suite } from "uvu";
import * as assert from "uvu/assert";

import { inventedNames, namesByModule } from "./invented-names.ts";

const test = suite("invented names");

const source = `
  // a comment about GEN
  module("adder", "A sentence with words.", { left: input(8), y: output(8) }, (m, io) => {
    const { whole_sum } = m.nets({ whole_sum: io.left.add(1) });
    m.scope("lane", () => m.regs({ words: array(4, reg(8)) }));
    io.y.value = whole_sum;
  });
`;
const namesIn = (body: string): ReturnType<typeof inventedNames> =>
  inventedNames(`module adder (input [7:0] left, output y);\n${body}\nendmodule`, () => [source]);
const invented = (body: string): string[] => namesIn(body).invented.map(({ name }) => name);

test("keys, scopes, array places and what is joined from them are written by the author", () => {
  assert.equal(invented("wire [7:0] whole_sum; reg [7:0] lane_words_3; assign y = whole_sum + 8'hff;"), []);
});

test("numbered temporaries, words of comments and sentences, and names of methods are inventions", () => {
  const names = ["_T_12", "GEN_0", "\\$1", "sentence", "add_2", "_y", "y_", "n1", "value"];
  assert.equal(invented(names.map((name) => `wire ${name} ;`).join("\n")), names);
});

test("documented names are counted on their own", () => {
  const found = namesIn("input clk; wire left_meta; wire unused; wire stray_meta;");
  assert.equal([...found.conventional], [["clk", 1], ["…_meta", 1], ["unused", 1]]);
  assert.equal(found.invented, [{ module: "adder", name: "stray_meta" }]);
});

test("directives, attributes, literals, comments and texts are no names", () => {
  const text = [
    "`default_nettype none", "(* ram_style = \"block\", no_rw_check *)", "module a; // note", "`ifdef FORMAL",
    'initial $readmemh("file.hex", words); /* more */', "assign y = 4'bx01z & 12'd7;", "`endif", "endmodule",
  ].join("\n");
  assert.equal(namesByModule(text).map(({ names }) => [...names]), [["a", "words", "y"]]);
});

test.run();
