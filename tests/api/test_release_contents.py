"""What `make release` says of a wheel or an sdist that lacks something, or has something that is nobody's business."""

from __future__ import annotations

from tools.release_contents import ROOT, SOURCES, faults_of_a_wheel, faults_of_an_sdist, sources

INFO = "typed_openai-1.0.dist-info"
STUBS = ROOT / "stubs" / "typed_openai-stubs"
WHEEL = {
    *(f"{INFO}/{name}" for name in ("METADATA", "RECORD", "entry_points.txt", "licenses/LICENSE")),
    *sources("typed_openai"),
    *(f"typed_openai/{path.relative_to(STUBS).as_posix()}" for path in STUBS.rglob("*.pyi")),
}
SDIST = {f"typed_openai-1.0/{name}" for name in {*SOURCES, *sources("typed_openai"), *sources("stubs")}}


def test_what_is_complete_has_no_fault() -> None:
    assert len(WHEEL) > 800
    assert faults_of_a_wheel(WHEEL) == faults_of_an_sdist(SDIST) == []


def test_what_a_wheel_lacks_is_named() -> None:
    lacking = ("typed_openai/py.typed", "typed_openai/resources/chat.pyi", f"{INFO}/licenses/LICENSE")
    assert {*faults_of_a_wheel(WHEEL - {*lacking})} == {f"missing: {name}" for name in lacking}


def test_what_is_not_for_users_is_named() -> None:
    strange = (
        "tests/conftest.py",
        "tools/extras.py",
        "typed_openai/tests/x.py",
        "typed_openai/__pycache__/a.pyc",
        "a.py",
    )
    assert {*faults_of_a_wheel(WHEEL | {*strange})} == {f"not for users: {name}" for name in strange}


def test_an_sdist_has_what_a_wheel_is_built_from_and_nothing_of_a_machine() -> None:
    told = faults_of_an_sdist((SDIST - {"typed_openai-1.0/tools/wheel_modules.py"}) | {"typed_openai-1.0/.venv/ready"})
    assert told == ["missing: tools/wheel_modules.py", "of a machine: .venv/ready"]
