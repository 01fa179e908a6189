"""What people see of results: in a prompt, in a notebook (Jupyter, marimo), in a traceback there.

`hooks.py` is all that is loaded before something is shown. Whatever the data, nothing here raises; nothing that a
server sent becomes HTML or script; no secret is shown. `model_dump` and its like give everything, as before.
"""
