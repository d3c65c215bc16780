"""An adapter for benches/recall: SQLite FTS5 by Python's sqlite3; the tokenizer is the first argument (unicode61).

Lines of JSON come in: {"id": 0, "text": "…"} for each passage, then {"phrase": "…"} for each question.
Each question is answered by a line: {"ids": [0, 5]}. The end of the input ends the program.
"""

import json
import sqlite3
import sys

tokenizer = sys.argv[1] if len(sys.argv) > 1 else "unicode61"
database = sqlite3.connect(":memory:")
database.execute(f"CREATE VIRTUAL TABLE passages USING fts5(text, tokenize = '{tokenizer}')")

for line in sys.stdin:
    given = json.loads(line)
    if "text" in given:
        database.execute("INSERT INTO passages(rowid, text) VALUES (?, ?)", (given["id"], given["text"]))
        continue
    quoted = '"' + given["phrase"].replace('"', '""') + '"'
    rows = database.execute("SELECT rowid FROM passages WHERE passages MATCH ?", (quoted,))
    print(json.dumps({"ids": [row[0] for row in rows]}), flush=True)
