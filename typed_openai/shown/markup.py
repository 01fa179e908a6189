"""Text of a server or a model as Markdown and HTML that can be trusted: it is shown, it does nothing. Pure.

Rules
* Not one `<` or `&` of the text comes through as it is, so there is no HTML of a server anywhere. Markdown shows
  entities as what they stand for, but not in code: code becomes HTML of our own, in which they are.
* A link goes to http, https or mail, or nowhere. Pictures become links: loading one tells its owner who reads.
* No credential in use is shown (`core/known_secrets.py`).
* Formulas stay formulas, without the commands of MathJax that make links and styles.
"""

from __future__ import annotations

import re
from html import escape

from typed_openai.core.known_secrets import without

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})\s*([\w+#.-]*)")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")
_LINK = re.compile(r"(\](?:\(|:)\s*)(?!https?:|mailto:)(?=[^\s)]*:)", re.IGNORECASE)
_TEX = re.compile(r"\\(?=(?:href|style|class|cssId|require|data|html\w*)\b)")
_PUNCTUATION = re.compile(r"[^\w\s]|_")
_MARKUP = re.compile(r"[\\`*_{}\[\]()#+!|<>&~$\"']")


def markdown(text: str) -> str:
    """Markdown that shows what this Markdown shows, without HTML, pictures, and addresses outside the web."""
    lines: list[str] = []
    code: list[str] = []
    fence = ""
    for line in _CONTROL.sub("", without(text).replace("\r\n", "\n")).split("\n"):
        found = _FENCE.match(line)
        if fence:
            if found and found[1].startswith(fence) and not line.strip(" `~"):
                lines.append(_block(code))
                fence, code = "", []
            else:
                code.append(line)
        elif found and (found[1][0] == "~" or "`" not in line[found.end(1) :]):
            fence = found[1]
        else:
            lines.append(_prose(line))
    return "\n".join([*lines, _block(code)] if fence else lines)


def _block(code: list[str]) -> str:
    """A block of code; empty lines would end the HTML in some readers, so no line is empty."""
    return "\n<pre><code>" + "\n".join(escape(line) or "&#8203;" for line in code) + "</code></pre>\n"


def _prose(line: str) -> str:
    parts: list[str] = []
    end = 0
    for found in _CODE.finditer(line):
        parts += [_inert(line[end : found.start()]), inline_code(found[2])]
        end = found.end()
    return "".join([*parts, _inert(line[end:])])


def _inert(text: str) -> str:
    return _LINK.sub(r"\1#", _TEX.sub("", escape(text, quote=False)).replace("![", "&#33;["))


def inline_code(text: str) -> str:
    """A text as code within a line, in which nothing is markup."""
    flat = " ".join(_CONTROL.sub("", without(text)).split())
    return f"<code>{_PUNCTUATION.sub(lambda found: f'&#{ord(found[0])};', flat)}</code>"


def plain(text: str) -> str:
    """A text within a line of Markdown, in which nothing is markup."""
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", " ".join(_CONTROL.sub("", without(text)).split()))


def cell(text: str) -> str:
    """A text in HTML."""
    return escape(_CONTROL.sub("", without(text)))
