"""Reads lines of CEF as JSON strings, a line each, and writes what the parser `cefp` makes of each."""

import json
import sys

import cefp


def read(line):
    try:
        return cefp.parse(line)
    except ValueError as error:
        return {"error": str(error)}


for line in sys.stdin.read().split("\n")[:-1]:
    print(json.dumps(read(json.loads(line))))
