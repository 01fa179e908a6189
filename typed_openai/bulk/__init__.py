"""Many requests as one job: `client.map`, `client.bulk`, batches end to end, their files, and how fast a job may go.

    report = client.bulk("in.jsonl", "out.jsonl", concurrency=64, progress=True)
    print(report.answered, report.failed, report.resumed, report.usage.total_tokens)

How `client.bulk` is built
* `reading.py` makes `Line`s (`lines.py`) of whatever goes in, `output.py` keeps what comes out and finds it again.
* `job.py` asks: the engine of `client.map`, over `lanes.py` (several clients, their limits, their failures).
* `batch_engine.py` and `ray_engine.py` have the same lines answered by the Batch service, and by the workers of a Ray
  cluster. `run.py` puts it together; `report.py`, `page.py` and `progress.py` tell what came of it.
"""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__)
__getattr__, __dir__ = _names.find, _names.listed
