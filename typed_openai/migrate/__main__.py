"""`python -m typed_openai.migrate PATH...`: what it does is said in `migrate/__init__.py`."""

import sys

from typed_openai.core.standard_streams import make_ready
from typed_openai.migrate import main

make_ready()
sys.exit(main())
