"""What a mutant is: which ones are the same program, and which cannot be told apart."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import tomlkit

# Printed where the suite has not caught a mutant, and our own tests have.
BY_OWN_TESTS = "caught by our own tests alone"


class Change(NamedTuple):
    """A mutant by what it changes: lines *within* a function, before and after."""

    module: str
    within: str
    line: str
    becomes: str


def change_of(module: str, within: str, original: str, mutated: str) -> Change:
    """Return what differs between two sources; indentation is left out."""
    lines = list(difflib.ndiff(original.splitlines(), mutated.splitlines()))
    gone, come = (
        " ".join(it[2:].strip() for it in lines if it.startswith(sign)) for sign in "-+"
    )
    return Change(module, within, gone, come)


def program_of(source: str) -> str:
    """Return what is run of a source; empty for what is no Python.

    Annotations are text for other tools, and `not a == b` is `a != b`.
    """
    try:
        return ast.dump(_Normal().visit(ast.parse(source)))
    except SyntaxError:
        return ""


NEGATED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


class _Normal(ast.NodeTransformer):
    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        inner = node.operand
        if isinstance(node.op, ast.Not) and isinstance(inner, ast.Compare):
            negated = [NEGATED.get(type(it)) for it in inner.ops]
            if len(negated) == 1 and negated[0]:
                inner.ops = [negated[0]()]
                return inner
        if isinstance(node.op, ast.USub) and _is_zero(inner):
            return inner
        return node


def _is_zero(node: ast.expr) -> bool:
    # -0.0 is another number than 0.0.
    return isinstance(node, ast.Constant) and type(node.value) is int and not node.value


def read_reasons(file: Path) -> dict[Change, str]:
    """Return the mutants that cannot be told apart, each with its reason."""
    entries = tomlkit.parse(file.read_text("utf-8")).unwrap().get("survivor", [])
    reasons = {
        Change(it["module"], it["within"], it["line"], it["becomes"]): it["reason"]
        for it in entries
    }
    if len(reasons) != len(entries) or not all(reasons.values()):
        raise ValueError(f"{file.name}: an entry stands twice, or without a reason")
    return reasons


class Score(NamedTuple):
    """What has become of the mutants."""

    by_suite: set[Change]
    by_own_tests: set[Change]
    survived: set[Change]
    reasons: dict[Change, str]

    @property
    def caught(self) -> set[Change]:
        """Those that any test has caught."""
        return self.by_suite | self.by_own_tests

    @property
    def unexplained(self) -> set[Change]:
        """The survivors that nobody has said anything of."""
        return self.survived - set(self.reasons)

    @property
    def outdated(self) -> set[Change]:
        """What is said not to be told apart, and was."""
        return set(self.reasons) & self.caught

    @property
    def share(self) -> float:
        """How many of the mutants that can be told apart are caught, from 0 to 1."""
        return len(self.caught) / max(1, len(self.caught | self.unexplained))

    def rows(self) -> Iterable[tuple[str, list[int]]]:
        """Yield for each module the caught, the explained and the other survivors.

        First come those that the suite has caught, then those of our own tests.
        """
        explained = self.survived - self.unexplained
        kinds = (self.by_suite, self.by_own_tests, explained, self.unexplained)
        for module in sorted({it.module for kind in kinds for it in kind}):
            yield module, [sum(it.module == module for it in kind) for kind in kinds]
