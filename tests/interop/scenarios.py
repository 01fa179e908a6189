"""What both servers are asked: at least one scenario for every declared operation, each with arguments that are right.

A scenario is data: the operation, what is special about it, and the arguments of the call. It knows neither colour nor
server, so that `test_steady.py` and `test_aimock.py` run the same ones with both clients. Arguments are written as the
plain JSON that shall arrive, which lets a test compare the two; where objects of this package are given instead, the
scenario says what they stand for.

Rules
* A new operation needs a scenario here (`test_steady.py` fails without); an area with more than a few gets a file of
  its own, as chat has.
* Values are those of the API description; what only newer packages know, steady would refuse.
"""

from __future__ import annotations

from tests.interop.assistants_scenarios import ASSISTANTS
from tests.interop.audio_scenarios import AUDIO
from tests.interop.batches_scenarios import BATCHES
from tests.interop.chat_scenarios import CHAT_SCENARIOS
from tests.interop.chatkit_scenarios import CHATKIT
from tests.interop.conversations_scenarios import CONTAINERS, CONVERSATIONS, WEBHOOKS
from tests.interop.declared import declared_operations
from tests.interop.evals_scenarios import EVALS
from tests.interop.files_scenarios import FILE_SCENARIOS
from tests.interop.fine_tuning_scenarios import FINE_TUNING
from tests.interop.images_scenarios import IMAGES
from tests.interop.live_scenarios import LIVE
from tests.interop.organization_scenarios import ORGANIZATION
from tests.interop.projects_scenarios import PROJECT_SCENARIOS
from tests.interop.realtime_scenarios import REALTIME
from tests.interop.responses_scenarios import RESPONSES, SEVERAL_AGENTS
from tests.interop.scenario import Scenario, scenario
from tests.interop.skills_scenarios import SKILLS
from tests.interop.vector_stores_scenarios import VECTOR_STORES
from tests.interop.videos_scenarios import VIDEOS
from typed_openai.models.base import NULL

CHECKS = [
    scenario("content_provenance_checks.create", "of a picture", file=("tea.png", b"\x89PNG\r\n\x1a\n")),
    scenario(
        "decisions.create",
        "of a text",
        model="gpt-6-luna",
        input="Tea, please.",
        questions=[{"type": "predicate", "name": "tea", "instructions": "Somebody wants tea."}],
    ),
    scenario("safety.alerts.retrieve", "by id", "alert_1"),
    scenario("safety.cases.retrieve", "by id", "case_1"),
]

PICTURE = "data:image/png;base64,iVBORw0KGgo="

MODELS = [
    scenario("models.list", "all of them"),
    scenario("models.retrieve", "by name", "gpt-4o"),
    scenario("models.retrieve", "with slashes and spaces in its name", "meta-llama/Llama 3.3 70B?#%"),
    scenario("models.delete", "a fine-tuned one", "ft:gpt-4o-mini:acemeco:suffix:abc123"),
]

STORED_CHATS = [
    scenario("chat.completions.retrieve", "by id", "chatcmpl-1"),
    scenario("chat.completions.update", "with notes", "chatcmpl-1", metadata={"topic": "weather", "ünï": "😀"}),
    scenario("chat.completions.update", "without notes", "chatcmpl-1", metadata=NULL),
    scenario("chat.completions.list", "all of them"),
    scenario(
        "chat.completions.list",
        "with every filter",
        after="chatcmpl-0",
        limit=3,
        order="desc",
        model="gpt-4o",
        metadata={"topic": "weather & more", "a[b]": "c=d"},
    ),
    scenario("chat.completions.delete", "by id", "chatcmpl-1"),
    scenario("chat.completions.messages.list", "all of them", "chatcmpl-1"),
    scenario("chat.completions.messages.list", "a page", "chatcmpl-1", after="msg-0", limit=2, order="desc"),
]

COMPLETIONS = [
    scenario("completions.create", "of a text", model="gpt-3.5-turbo-instruct", prompt="Once upon"),
    scenario("completions.create", "of texts", model="m", prompt=["Once", "upon"]),
    scenario("completions.create", "of tokens", model="m", prompt=[1, 2, 3]),
    scenario("completions.create", "of lists of tokens", model="m", prompt=[[1, 2], [3]]),
    scenario(
        "completions.create",
        "with everything",
        model="m",
        prompt="def f(",
        best_of=2,
        echo=True,
        frequency_penalty=-2,
        logit_bias={"50256": -100},
        logprobs=5,
        max_tokens=0,
        n=2,
        presence_penalty=2.0,
        seed=-1,
        stop=["\n", "END"],
        suffix=")",
        temperature=0,
        top_p=0.5,
        user="user-1",
    ),
    scenario(
        "completions.create",
        "streamed",
        model="m",
        prompt="Once",
        stream=True,
        stream_options={"include_usage": True},
    ),
]

EMBEDDINGS = [
    scenario("embeddings.create", "of a text", model="text-embedding-3-small", input="Hello"),
    scenario("embeddings.create", "of texts as base64", model="m", input=["Hello", "you"], encoding_format="base64"),
    scenario("embeddings.create", "of tokens as floats", model="m", input=[1, 2, 3], encoding_format="float"),
    scenario("embeddings.create", "of lists of tokens", model="m", input=[[1, 2], [3]], dimensions=8, user="user-1"),
]

MODERATIONS = [
    scenario("moderations.create", "of a text", input="I could eat a horse"),
    scenario("moderations.create", "of texts", model="omni-moderation-latest", input=["one", "two"]),
    scenario(
        "moderations.create",
        "of a text and a picture",
        input=[{"type": "text", "text": "look"}, {"type": "image_url", "image_url": {"url": PICTURE}}],
    ),
]

SCENARIOS: list[Scenario] = [
    *FILE_SCENARIOS,
    *BATCHES,
    *MODELS,
    *CHAT_SCENARIOS,
    *CHATKIT,
    *CHECKS,
    *STORED_CHATS,
    *COMPLETIONS,
    *EMBEDDINGS,
    *EVALS,
    *FINE_TUNING,
    *MODERATIONS,
    *IMAGES,
    *AUDIO,
    *ASSISTANTS,
    *VECTOR_STORES,
    *LIVE,
    *REALTIME,
    *RESPONSES,
    *SEVERAL_AGENTS,
    *SKILLS,
    *CONVERSATIONS,
    *CONTAINERS,
    *VIDEOS,
    *WEBHOOKS,
    *ORGANIZATION,
    *PROJECT_SCENARIOS,
]


def plain() -> list[Scenario]:
    """The scenarios that give one result."""
    return [one for one in SCENARIOS if not one.streams and not has_events(one)]


def streamed() -> list[Scenario]:
    """The scenarios that give a stream of chunks."""
    return [one for one in SCENARIOS if one.streams]


def eventful() -> list[Scenario]:
    """The scenarios of the helpers that give typed events."""
    return [one for one in SCENARIOS if has_events(one)]


def one_each() -> list[Scenario]:
    """The first plain scenario of each operation."""
    return list({one.operation: one for one in reversed(plain())}.values())


def has_events(one: Scenario) -> bool:
    return declared_operations()[one.operation].events is not None
