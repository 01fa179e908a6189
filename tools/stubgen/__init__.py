"""The stub generator: reads the declarations of resources, writes the `.pyi` files that type checkers see.

A resource declares an operation in one line (`create = post("/x", Params, Result)`), which no type checker can follow.
This package imports the resources, and prints for every class both colours and the raw and streaming variants of each,
as a partial stub package (PEP 561) that lies beside `typed_openai` in the wheel.

    python -m tools.stubgen            write stubs/typed_openai-stubs
    python -m tools.stubgen --check    exit 1 when what lies there is not what would be written

`reading.py` turns a module into plain data (`model.py`), overloads come from `overloads.py`; `sharing.py` finds what
the variants of a resource have in common; `printing.py` turns that into text; `files.py` keeps the directory. Types
come from `typed_openai.core.declare.signature`, which also answers `inspect.signature`: the two cannot differ.

Weak spot: only what the generator knows can stand in a resource class (operations, operations of several steps, nested
resources); anything else is refused by name, so that nothing is silently missing from the stubs.
"""
