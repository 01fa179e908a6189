"""Pages in a real headless Chromium; skipped where there is none."""
