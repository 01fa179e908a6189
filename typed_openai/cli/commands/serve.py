"""Run the local server, with a page that shows what is asked: no model, no key, answers by rule, faults on order.

typed-openai serve --port 8123
"""

from __future__ import annotations

import webbrowser

import click

from typed_openai.cli.session import Command, Session


@click.command(cls=Command)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8123, show_default=True, help="Where to listen; 0: any free port."
)
@click.option("--key", metavar="KEY", help="Ask for this key.")
@click.option(
    "--chunk-delay",
    type=click.FloatRange(0, 3600),
    default=0.0,
    metavar="SECONDS",
    help="Wait between the events of a stream.",
)
@click.option("--open", "opens", is_flag=True, help="Show the page in a browser.")
@click.option("--page/--no-page", default=True, help="Whether there is a page at / (default).")
def command(session: Session, port: int, key: str | None, chunk_delay: float, opens: bool, page: bool) -> None:
    """Run the local server until Ctrl-C: it speaks the protocol, without a model, a key or a network.

    The page at / shows each request with what is wrong with it, its answer or its events as they go, and the curl
    command; its buttons order what shall go wrong next.
    """
    from typed_openai.cli.serving import faults_of, until_ended
    from typed_openai.local import LocalServer, Page

    server = LocalServer(port, api_key=key, chunk_delay=chunk_delay, page=Page(faults_of) if page else None)
    try:
        server.start()
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise click.ClickException(f"cannot listen on port {port}: {reason}") from None
    said = [f"Listening on {server.base_url}. No model answers here; the answers are made by rule."]
    said += [f"The page: {server.url}/"] if page else []
    said += [f"Try: OPENAI_BASE_URL={server.base_url} with any client. Ctrl-C ends it."]
    with until_ended() as over:
        for line in said:
            session.output.terminal.line(line)
        if opens:
            webbrowser.open(f"{server.url}/")
        over.wait()
    server.stop()
