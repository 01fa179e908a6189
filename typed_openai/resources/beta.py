"""What the service calls beta: assistants, and the threads they work on (both deprecated by it)."""

from typed_openai.core.endpoint import Resource, asynchronous, nested


class Beta(Resource):
    """What the service calls beta."""

    path = "beta"

    assistants = nested("assistants.Assistants")
    threads = nested("threads.Threads")


AsyncBeta = asynchronous(Beta)
