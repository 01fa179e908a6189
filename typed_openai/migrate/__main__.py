"""`python -m typed_openai.migrate PATH...`: what it does is said in `migrate/__init__.py`."""

import sys

from typed_openai.migrate import main

sys.exit(main())
