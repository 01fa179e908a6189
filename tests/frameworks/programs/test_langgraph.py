"""LangGraph: a graph of a model and its tools by hand, run, streamed and remembered, by chat and by Responses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.canned import done, listed
from tests.frameworks.programs.conftest import Pair, call, weather

langchain: Any = pytest.importorskip("langchain_openai", reason="langgraph is not installed: make frameworks")
graphs: Any = pytest.importorskip("langgraph.graph")
prebuilt: Any = pytest.importorskip("langgraph.prebuilt")
memory: Any = pytest.importorskip("langgraph.checkpoint.memory")


@pytest.fixture(params=[False, True], ids=["chat", "responses"])
def graph(request: pytest.FixtureRequest, pair: Pair, colour: str) -> Any:
    llm = langchain.ChatOpenAI(
        model="gpt-4o",
        use_responses_api=request.param,
        client=pair.sync.chat.completions,
        async_client=pair.awaited.chat.completions,
        root_client=pair.sync,
        root_async_client=pair.awaited,
    ).bind_tools([weather])

    def ask(state: Any) -> Any:
        return {"messages": [llm.invoke(state["messages"])]}

    async def ask_async(state: Any) -> Any:
        return {"messages": [await llm.ainvoke(state["messages"])]}

    made = graphs.StateGraph(graphs.MessagesState)
    made.add_node("model", ask if colour == "sync" else ask_async)
    made.add_node("tools", prebuilt.ToolNode([weather]))
    made.add_edge(graphs.START, "model")
    made.add_conditional_edges("model", prebuilt.tools_condition)
    made.add_edge("tools", "model")
    return made.compile(checkpointer=memory.InMemorySaver())


THREAD = {"configurable": {"thread_id": "1"}}
WEATHER = {"messages": [("user", "weather in Paris")]}


async def test_a_loop_with_a_tool_that_is_remembered(graph: Any, colour: str) -> None:
    state = await done(call(graph, "invoke", colour)(WEATHER, THREAD))
    assert "sunny in Paris" in state["messages"][-1].text
    state = await done(call(graph, "invoke", colour)({"messages": [("user", "weather in Rome")]}, THREAD))
    assert len(state["messages"]) == 8
    assert "sunny in Rome" in state["messages"][-1].text


async def test_steps_and_messages_are_streamed(graph: Any, colour: str) -> None:
    steps = await listed(call(graph, "stream", colour)(WEATHER, THREAD, stream_mode="updates"))
    assert [next(iter(step)) for step in steps] == ["model", "tools", "model"]
