"""The command line, `typed-openai` (extra `[cli]`): every operation as a command, and what people do all day.

`root.py` is where a run begins; `tree.py` and `operations.py` make commands of declarations; each file in `commands/`
is a command of its own. Nothing of it is imported by a client or a call.
"""
