"""`/fine_tuning/alpha/graders`: graders are checked, and run as far as that takes no model and no foreign code.

String checks are exact. Text similarity is real for `cosine` (of word counts) and `fuzzy_match` (difflib); the metrics
of n-grams all give the share of common n-grams (F1). A multi grader calculates its formula. Python graders are not run
(`python_grader_server_error` says so), and a score model gives the middle of its range, for there is none to ask.

Rules: templates are filled from `item` and `sample`; one that names nothing is `invalid_variable_error`, reward 0.
"""

from __future__ import annotations

import ast
import json
import math
import operator
import re
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import Item
from typed_openai.local.router import route
from typed_openai.local.state import State

_TEMPLATE = re.compile(r"{{\s*([\w.\[\]-]+)\s*}}")
_WORD = re.compile(r"\w+")
_MATHS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "abs": abs,
    **{name: getattr(math, name) for name in ("floor", "ceil", "exp", "sqrt", "log")},
}


class GradingFault(Exception):
    """A score cannot be given; `flag` says of which kind, `details` are for the members that take a text."""

    def __init__(self, flag: str, **details: str) -> None:
        super().__init__(flag)
        self.flag = flag
        self.details = details


@dataclass(slots=True)
class Grading:
    """One answer that is graded: what templates see, and the scores so far."""

    values: Item
    scores: dict[str, float] = field(default_factory=dict[str, float])

    def filled(self, template: str) -> str:
        """A text with its templates filled in."""
        return _TEMPLATE.sub(self._value, template)

    def _value(self, found: re.Match[str]) -> str:
        value: Any = self.values
        for step in re.split(r"[.\[\]]+", found[1].rstrip("]")):
            try:
                value = value[int(step) if isinstance(value, list) else step]
            except (LookupError, TypeError, ValueError) as fault:
                raise GradingFault("invalid_variable_error") from fault
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def score(self, grader: Item) -> float:
        """The score that a grader gives."""
        kind = grader["type"]
        if kind == "multi":
            inner: Item = grader["graders"]
            one = isinstance(inner.get("type"), str)  # alone under its own name, or several under theirs
            for name, each in ({inner["name"]: inner} if one else inner).items():
                self.scores[name] = self.score(each)
            return calculated(grader["calculate_output"], self.scores)
        if kind == "python":
            why = "the local server runs no code"
            raise GradingFault("python_grader_server_error", python_grader_server_error_type=why)
        if kind in ("score_model", "label_model"):
            scale = grader.get("range") or (0.0, 1.0)
            return float(scale[0] + scale[-1]) / 2
        text, reference = self.filled(grader["input"]), self.filled(grader["reference"])
        if kind == "string_check":
            return float(_holds(grader["operation"], text, reference))
        return likeness(grader["evaluation_metric"], text, reference)


def _holds(operation: str, text: str, reference: str) -> bool:
    if operation in ("eq", "ne"):
        return (text == reference) == (operation == "eq")
    return reference in text if operation == "like" else reference.casefold() in text.casefold()


def likeness(metric: str, text: str, reference: str) -> float:
    """How alike two texts are, from 0 to 1."""
    if metric == "fuzzy_match":
        return SequenceMatcher(None, text, reference, autojunk=False).ratio()
    size = int(metric[-1]) if metric[-1].isdigit() else 1
    one, other = _grams(text, size), _grams(reference, size)
    common = sum((one & other).values())
    if metric == "cosine":
        product = sum(count * other[gram] for gram, count in one.items())
        length = math.sqrt(sum(c * c for c in one.values()) * sum(c * c for c in other.values()))
        return product / length if length else 0.0
    total = one.total() + other.total()
    return 2 * common / total if total else 0.0


def _grams(text: str, size: int) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return Counter(tuple(words[place : place + size]) for place in range(len(words) - size + 1))


def calculated(formula: str, scores: Mapping[str, float]) -> float:
    """The value of a formula over the scores: numbers, names, `+ - * / %`, and a few functions."""
    try:
        return float(_value(ast.parse(formula, mode="eval").body, scores))
    except (SyntaxError, KeyError, ArithmeticError, ValueError, TypeError, RecursionError) as fault:
        raise GradingFault("formula_parse_error") from fault


def _value(node: ast.expr, scores: Mapping[str, float]) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    if isinstance(node, ast.Name):
        return scores[node.id]
    if isinstance(node, ast.BinOp):
        return float(_MATHS[type(node.op)](_value(node.left, scores), _value(node.right, scores)))
    if isinstance(node, ast.UnaryOp):
        return float(_MATHS[type(node.op)](_value(node.operand, scores)))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        return float(_FUNCTIONS[node.func.id](*(_value(each, scores) for each in node.args)))
    raise ValueError("not a formula")


def _no_errors() -> Item:
    """What an answer says of errors when there was none."""
    from typed_openai.models.fine_tuning.fine_tuning import MetadataErrors

    fields = MetadataErrors.model_fields.items()
    return {info.alias or name: False if info.annotation is bool else None for name, info in fields}


@route("POST", "/fine_tuning/alpha/graders/validate")
def validate(request: Request, state: State) -> Reply:
    """The grader, when it is one."""
    return Reply({"grader": request.given["grader"]})


@route("POST", "/fine_tuning/alpha/graders/run")
def run(request: Request, state: State) -> Reply:
    """The score of one answer."""
    grader, sample, errors = request.given["grader"], request.given["model_sample"], _no_errors()
    said: Item = {"output_text": sample}
    with suppress(ValueError):  # it is then no variable
        said["output_json"] = json.loads(sample)
    grading = Grading({"item": request.given.get("item") or {}, "sample": said})
    try:
        reward = grading.score(grader)
    except GradingFault as fault:
        reward = 0.0
        errors |= {fault.flag: True, **fault.details}
    about = {"name": grader["name"], "type": grader["type"], "errors": errors, "execution_time": 0.0}
    metadata = {**about, "scores": grading.scores, "token_usage": None, "sampled_model_name": None}
    scored = {"reward": reward, "metadata": metadata, "sub_rewards": grading.scores}
    return Reply({**scored, "model_grader_token_usage_per_model": {}})
