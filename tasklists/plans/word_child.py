"""The process in which a stranger's .docx is parsed: bounded memory and time, its lines as JSON out.

Started as a script by ``tasklists.plans.word``. An XML of 200 MB of empty tags would take some GB as a tree.
"""

import json
import resource
import sys
from dataclasses import astuple
from pathlib import Path

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 20
REFUSED = 3


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from tasklists.plans.lines import UnreadableSource
    from tasklists.plans.word import lines_of

    try:
        lines = lines_of(sys.stdin.buffer.read())
    except UnreadableSource as refusal:
        sys.stdout.buffer.write(str(refusal).encode())
        return REFUSED
    sys.stdout.buffer.write(json.dumps([astuple(line) for line in lines], ensure_ascii=False).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
