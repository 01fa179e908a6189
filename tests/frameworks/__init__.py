"""Our clients inside other people's frameworks. Only `make frameworks` installs those; else files are skipped."""
