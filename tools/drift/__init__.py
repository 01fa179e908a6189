"""What a newer API description or official package has and this package lacks.

    python -m tools.drift openapi.json          a description (JSON or YAML)
    python -m tools.drift openai                the official package that is installed beside ours
    python -m tools.drift openai==3.58.0        another version of it, fetched into a folder of its own
    python -m tools.drift path/to/site-packages where a package lies

Listed are operations, parameters, headers, fields, kinds of objects, events (those of sockets too) and values of
enumerations, one a line, each once; nothing is written. Ends with 1 when there are any, so that a scheduled run can
open an issue.

How: a source (`sources.py`) says of each operation what goes in and out, as JSON schemas; `comparing.py` walks them
side by side with our declarations and models.
"""
