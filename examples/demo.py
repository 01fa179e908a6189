"""The main job in one minute; what `python -m typed_openai` shows after a plain install (`make demo`).

Its source is `typed_openai/cli/demo.py`: chat, streamed chat, a value of a type, a tool, vectors, a refused request.
"""

from __future__ import annotations

from typed_openai.cli.demo import main as main

if __name__ == "__main__":
    main()
