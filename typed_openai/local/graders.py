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

from typed_openai.local.arguments import Arguments, Json, JsonObject
from typed_openai.local.errors import wrong_value
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.router import route
from typed_openai.local.state import State

KINDS = ("string_check", "text_similarity", "python", "score_model", "multi")
INSIDE = ("string_check", "text_similarity", "python", "score_model", "label_model")
OPERATIONS = ("eq", "ne", "like", "ilike")
METRICS = ("cosine", "fuzzy_match", "bleu", "gleu", "meteor", *(f"rouge_{each}" for each in (1, 2, 3, 4, 5, "l")))
FLAGS = (
    "formula_parse_error",
    "sample_parse_error",
    "truncated_observation_error",
    "unresponsive_reward_error",
    "invalid_variable_error",
    "other_error",
    "python_grader_server_error",
    "python_grader_runtime_error",
    "model_grader_server_error",
    "model_grader_refusal_error",
    "model_grader_parse_error",
)
DETAILS = (
    "python_grader_server_error_type",
    "python_grader_runtime_error_details",
    "model_grader_server_error_details",
)
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
    "floor": math.floor,
    "ceil": math.ceil,
    "exp": math.exp,
    "sqrt": math.sqrt,
    "log": math.log,
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

    values: Mapping[str, Json]
    scores: dict[str, float] = field(default_factory=dict[str, float])

    def filled(self, template: str) -> str:
        """A text with its templates filled in."""
        return _TEMPLATE.sub(self._value, template)

    def _value(self, found: re.Match[str]) -> str:
        value: Json = dict(self.values)
        for step in re.split(r"[.\[\]]+", found[1].rstrip("]")):
            if isinstance(value, dict) and step in value:
                value = value[step]
            elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
                value = value[int(step)]
            else:
                raise GradingFault("invalid_variable_error")
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def score(self, grader: Arguments) -> float:
        """The score that a grader gives."""
        kind = grader.string("type")
        if kind == "multi":
            for name, inner in inner_graders(grader).items():
                self.scores[name] = self.score(inner)
            return calculated(grader.string("calculate_output"), self.scores)
        if kind == "python":
            raise GradingFault(
                "python_grader_server_error", python_grader_server_error_type="the local server runs no code"
            )
        if kind in ("score_model", "label_model"):
            low, high = _range(grader)
            return (low + high) / 2
        text, reference = self.filled(grader.string("input")), self.filled(grader.string("reference"))
        if kind == "string_check":
            return float(_holds(grader.string("operation"), text, reference))
        return likeness(grader.string("evaluation_metric"), text, reference)


def _range(grader: Arguments) -> tuple[float, float]:
    numbers = [float(each) for each in grader.array("range") if isinstance(each, int | float)]
    return (numbers[0], numbers[-1]) if numbers else (0.0, 1.0)


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


def inner_graders(grader: Arguments) -> dict[str, Arguments]:
    """The graders inside a multi grader by name: one alone under its own name, or several under theirs."""
    graders = grader.required_child("graders")
    if isinstance(graders.raw("type"), str):
        return {graders.string("name"): graders}
    return {name: Arguments.from_json(each, graders.path(name)) for name, each in graders.members.items()}


def check_grader(grader: Arguments, kinds: tuple[str, ...] = KINDS) -> None:
    """Refuse what is no grader."""
    kind = grader.choice("type", kinds)
    grader.string("name")
    if kind == "multi":
        grader.string("calculate_output")
        found = inner_graders(grader)
        if not found:
            raise wrong_value(grader.path("graders"), "A multi grader needs a grader at least.")
        for inner in found.values():
            check_grader(inner, INSIDE)
    elif kind == "python":
        grader.string("source")
    elif kind in ("score_model", "label_model"):
        grader.string("model")
        for message in grader.objects("input"):
            message.choice("role", ("user", "assistant", "system", "developer"))
            message.required("content")
    else:
        grader.string("input")
        grader.string("reference")
        if kind == "string_check":
            grader.choice("operation", OPERATIONS)
        else:
            grader.choice("evaluation_metric", METRICS)


@route("POST", "/fine_tuning/alpha/graders/validate")
def validate(request: Request, state: State) -> Reply:
    """The grader, when it is one."""
    grader = request.arguments().required_child("grader")
    check_grader(grader)
    return Reply({"grader": dict(grader.members)})


@route("POST", "/fine_tuning/alpha/graders/run")
def run(request: Request, state: State) -> Reply:
    """The score of one answer."""
    body = request.arguments()
    grader = body.required_child("grader")
    check_grader(grader)
    sample = body.required("model_sample")
    if not isinstance(sample, str):
        raise wrong_value("model_sample", "The parameter 'model_sample' must be a string.")
    item = body.child("item") or Arguments({})
    said: JsonObject = {"output_text": sample}
    with suppress(ValueError):  # it is then no variable
        said["output_json"] = json.loads(sample)
    grading = Grading({"item": dict(item.members), "sample": said})
    errors: dict[str, object] = {**dict.fromkeys(FLAGS, False), **dict.fromkeys(DETAILS)}
    try:
        reward = grading.score(grader)
    except GradingFault as fault:
        reward = 0.0
        errors |= {fault.flag: True, **fault.details}
    metadata = {
        "name": grader.string("name"),
        "type": grader.string("type"),
        "errors": errors,
        "execution_time": 0.0,
        "scores": grading.scores,
        "token_usage": None,
        "sampled_model_name": None,
    }
    return Reply(
        {
            "reward": reward,
            "metadata": metadata,
            "sub_rewards": grading.scores,
            "model_grader_token_usage_per_model": {},
        }
    )
