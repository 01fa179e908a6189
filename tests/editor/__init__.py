"""What an editor offers: pyright's language server and jedi, asked about the installed wheel (`make check`)."""
