"""Write bridges/README.md, *Which tool for which job*, from bridges/tools.csv.

python -m tests.tools_page            the page from the table
python -m tests.tools_page --renew URL    the table first: versions, dates, licences of the index at URL
"""

import argparse
import csv
import datetime
import json
import urllib.request
from pathlib import Path

BRIDGES = Path(__file__).resolve().parents[1] / "bridges"
TABLE, PAGE = BRIDGES / "tools.csv", BRIDGES / "README.md"
JOBS = {
    "training": "Train a network with differential privacy",
    "statistics": "Publish statistics with differential privacy, and account for it",
    "federated": "Learn where the data are",
    "computation": "Compute on what nobody may see",
    "access": "Ask data that stay with their owner",
    "audit": "Attack your own model",
}
HEAD = """<!-- Written by `python -m tests.tools_page`: edit tools.csv, or the words there. -->
# Which tool for which job

{count} tools, as PyPI had them on {seen}. *Lesson* names the lessons whose own code the course runs beside
the tool. Where it says *not run here*, the line is what the project says of itself. An old release is no
fault in itself, but there may be nobody left to mend one.
"""
CHOICE = """
## What to choose

First say who must not learn what; the tool follows. Nothing below replaces that, or the advice of a lawyer.

**Healthcare.** A few hospitals that know each other and may not pool records: a federation (Flower, NVIDIA
FLARE, OpenFL), with secure aggregation so that the server sees sums only (lesson 38), and a budget for
each *patient*, or the model can still tell who was in it (lessons 16 and 17). For counts and means that go
to a journal: OpenDP or Tumult Analytics. For outsiders who bring their own code: PySyft, with a private
release as the only thing that may leave (lesson 54).

**Finance.** Two firms that hold different columns of the same customers: private set intersection (PSI)
finds whom they share (so each learns which of its customers the other has), and then computation on
shares (SPU; MPyC or MP-SPDZ to try a protocol out) fits the model. Firms that may cheat need protocols
for that: most tools above promise secrecy only while everyone follows the rules (lesson 37). The result
goes to both, so ask what it tells (lesson 36).

**Advertising.** Many people, one number each: counts with local noise where no server is trusted (lesson 11),
aggregates by OpenDP or PipelineDP where one is. The unit is the person, not the click: bound what each
person may contribute first (lesson 12). Data that change daily spend a budget daily (lesson 14).

**A network on one firm's data.** Opacus for PyTorch, JAX Privacy for JAX; TensorFlow Privacy where a Keras
model of that generation exists already. Audit what came out (lesson 17).

---

The other files here belong to the bridges of part 5: scripts, pins, and stored results with what was sent.
The digits and the heart records in these have the licences of
[the course's data](../lessons/data/README.md).
"""


def rows():
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def page(table, seen):
    """The page's text."""
    text = HEAD.format(count=len(table), seen=seen)
    for job, title in JOBS.items():
        text += f"\n## {title}\n\n| tool | by | last release | Python | licence | runs on | what it proves, "
        text += "or assumes | lesson |\n|---|---|---|---|---|---|---|---|\n"
        for row in table:
            if row["job"] == job:
                release = (
                    f"{row['version']}, {row['released']}" if row["pypi"] else "no PyPI package"
                )
                cells = [f"[{row['tool']}]({row['page']})", row["owner"], release, row["pythons"]]
                cells += [row["licence"], row["engine"], row["proves"], row["lesson"]]
                text += f"| {' | '.join(cells)} |\n"
    return text + CHOICE


def renewed(row, index):
    """The row with what PyPI says of the package today."""
    if not row["pypi"]:
        return row
    with urllib.request.urlopen(f"{index}/{row['pypi']}/json", timeout=30) as answer:
        said = json.load(answer)
    info = said["info"]
    licence = info.get("license_expression") or info["license"] or ""
    if not 2 < len(licence.strip()) < 40:  # nothing, or the whole text of one
        named = [c.split(" :: ")[-1] for c in info["classifiers"] if c.startswith("License")]
        licence = named[0] if named else row["licence"] or "see its page"
    found = {"version": info["version"], "released": said["urls"][0]["upload_time"][:10]}
    found["pythons"] = (info["requires_python"] or "not said").replace(",", ", ")
    return row | found | {"licence": licence.strip()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--renew", metavar="URL", help="ask PyPI's JSON interface for versions first"
    )
    table, index = rows(), parser.parse_args().renew
    if index:
        table = [renewed(row, index) | {"seen": str(datetime.date.today())} for row in table]
        with TABLE.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, table[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(table)
    PAGE.write_text(page(table, table[0]["seen"]), "utf-8")


if __name__ == "__main__":
    main()
