"""A template, ours or of a receiver -> text, with nothing a template says reaching further than that text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from pathlib import Path
from typing import Annotated, Any

from jinja2 import (
    Environment,
    PackageLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateSyntaxError,
    nodes,
    pass_context,
)
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape
from pydantic import BeforeValidator, InstanceOf, PlainSerializer

from monitor.values import Written, beside_file

MAX_FILE = 64 * 1024
"""Bytes of a template file: more is no template."""

STEPS = 50_000
"""Turns of loops and calls in one rendering; a digest of 1,000 alerts with ten passages each takes half of them."""

MAX_OUTPUT = 500_000
"""Characters that a template may write, also piece by piece; mail services refuse or cut longer bodies."""

OWN_FILTERS = ("date", "number", "marked", "level", "reason")
"""What a template may ask of an alert beside Jinja's filters; the languages make them (monitor.alert)."""

_RANGE = 1_000
_LARGEST = 10**15  # of a number: beyond it only a loop that multiplies gets
_FILTERS = (
    "abs capitalize count default d dictsort e escape first float groupby int items last length list lower map max min "
    "reject rejectattr reverse round select selectattr sort string striptags title tojson trim truncate unique upper "
    "urlencode wordcount"
).split()
_METHODS = {
    str: frozenset(
        "capitalize count endswith find lower lstrip rstrip split splitlines startswith strip upper".split()
    ),
    dict: frozenset("get items keys values".split()),
}
# What a faulty template makes of its rendering; catching everything would hide a fault of ours.
FAULTS = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
)


class TooMuchError(ValueError):
    """A template that goes on for too long or writes too much."""


@dataclass
class _Budget:
    """What is left to one rendering."""

    steps: int = STEPS
    characters: int = MAX_OUTPUT

    def step(self, cost: int = 1) -> None:
        self.steps -= cost
        if self.steps < 0:
            raise TooMuchError(f"takes more than {STEPS} steps")

    def write(self, length: int) -> None:
        self.characters -= length
        if self.characters < 0:
            raise TooMuchError(f"writes more than {MAX_OUTPUT} characters")


_budget: ContextVar[_Budget] = ContextVar("budget")


def _kept_short(value: Any) -> Any:
    """A value as it is, if its text is no longer than all that may be written."""
    if isinstance(value, str | list | tuple) and len(value) > MAX_OUTPUT:
        raise TooMuchError(f"makes a text of more than {MAX_OUTPUT} characters")
    return value


def _turns(items: Any, body: int) -> Iterator[Any]:
    """Each item of a loop for a step; `body` is how many characters of the template one turn writes at least."""
    budget = _budget.get()
    for item in items:
        budget.step()
        budget.write(body)
        yield item


def _joined(items: Iterable[Any], separator: Any = "", attribute: str | None = None) -> Any:
    """Jinja's join, which counts what it makes."""
    budget, found = _budget.get(), []
    for item in items:
        budget.step()
        found.append(item[attribute] if attribute else item)
        budget.write(len(str(found[-1])) + len(str(separator)))
    if isinstance(separator, Markup) or any(isinstance(one, Markup) for one in found):
        return Markup("").join([escape(separator).join(found)])
    return str(separator).join(map(str, found))


def _replaced(text: Any, old: str, new: str) -> Any:
    """Jinja's replace, which counts before it makes."""
    text = text if isinstance(text, str) else str(text)
    if len(text) + (text.count(old) if old else len(text) + 1) * len(new) > MAX_OUTPUT:
        raise TooMuchError(f"makes a text of more than {MAX_OUTPUT} characters")
    return text.replace(old, new)


def _range(*bounds: int) -> range:
    if len(made := range(*bounds)) > _RANGE:
        raise TooMuchError(f"counts a range of more than {_RANGE}")
    return made


class _Memory(Namespace):
    """The `namespace` of templates: it holds values, not lists, which a loop could put into one another for ever."""

    def __setitem__(self, name: str, value: Any) -> None:
        if not isinstance(value, str | int | float | None):
            raise SecurityError("a namespace holds texts and numbers only")
        super().__setitem__(name, _kept_short(value))


@pass_context
def _written(_: Context, value: Any) -> Any:
    """What `{{ .. }}` writes: texts and numbers. (With the context, Jinja does not call it while it compiles.)"""
    if isinstance(value, Mapping | list | tuple | set | range):
        raise TypeError(f"a {type(value).__name__} cannot be written; write one of its members, or loop over it")
    _budget.get().write(len(str(value)))
    return value


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja in which a template sees what it is given, changes nothing, reads no file and comes to an end."""

    intercepted_binops = frozenset({"+", "*", "**", "%", "-"})

    def __init__(self, *, html: bool, filters: Mapping[str, Callable[..., Any]]) -> None:
        super().__init__(
            autoescape=html, undefined=StrictUndefined, finalize=_written, trim_blocks=True, lstrip_blocks=True
        )
        allowed = {name: FILTERS[name] for name in _FILTERS}
        own = {"join": _joined, "replace": _replaced, "_turns": _turns, "_short": _kept_short}
        self.filters = {**{name: _checked(one) for name, one in {**allowed, **filters}.items()}, **own}
        self.globals = {"range": _range, "namespace": _Memory}

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """An operation on texts or numbers that stay small."""
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "**" or (not numbers and operator != "+"):
            raise SecurityError(f"'{operator}' is for numbers only" if operator != "**" else "'**' is not available")
        result = super().call_binop(context, operator, left, right)
        if numbers and abs(result) > _LARGEST:
            raise TooMuchError("makes a number without end")
        return _kept_short(result)

    def call(self, context: Context, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """A call of a macro, or of a method that is allowed."""
        _budget.get().step(10)
        return _kept_short(super().call(context, called, *args, **kwargs))

    def wrap_str_format(self, value: Any) -> None:
        """`format` of a text is no method here: one letter in it makes a text of any length."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """The members of mappings, the attributes of our own records, and the methods that make no long texts."""
        for kind, names in _METHODS.items():
            if isinstance(obj, kind):
                return attr in names
        if isinstance(obj, list | tuple) and callable(value):
            return False
        return super().is_safe_attribute(obj, attr, value)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """The tree of a template, its loops counted and its long texts measured."""
        tree = super()._parse(source, name, filename)
        for node in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
            raise TemplateSyntaxError("a template stands alone: it includes no other", node.lineno, name, filename)
        for node in tree.find_all((nodes.ScopedEvalContextModifier, nodes.EvalContextModifier)):
            raise TemplateSyntaxError("escaping cannot be switched off", node.lineno, name, filename)
        for loop in list(tree.find_all(nodes.For)):
            body = sum(len(one.data) for part in loop.body for one in _texts(part))
            loop.iter = _filtered("_turns", loop.iter, [nodes.Const(body)])
        measured: nodes.Template = _Measured().visit(tree)
        measured.set_environment(self)
        return measured


class _Measured(NodeTransformer):
    """Puts a measure behind each `a ~ b`, the one operation on texts that Jinja lets nobody intercept."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        return _filtered("_short", node, [])


def _filtered(name: str, node: nodes.Node, args: list[nodes.Expr]) -> nodes.Filter:
    return nodes.Filter(node, name, args, [], None, None, lineno=node.lineno)


def _texts(node: nodes.Node) -> Iterator[nodes.TemplateData]:
    if isinstance(node, nodes.TemplateData):
        yield node
    yield from node.find_all(nodes.TemplateData)


def _checked(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter whose result is measured."""

    @wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        return _kept_short(function(*args, **kwargs))

    return checked


def fill(template: Template, values: Mapping[str, Any]) -> str:
    """The text of a template; raises one of FAULTS, TooMuchError among them."""
    token = _budget.set(_Budget())
    try:
        pieces, length = [], 0
        for piece in template.generate(values):
            pieces.append(piece)
            length += len(piece)
            if length > MAX_OUTPUT:
                raise TooMuchError(f"writes more than {MAX_OUTPUT} characters")
        return "".join(pieces)
    finally:
        _budget.reset(token)


def told(error: BaseException, file: TemplateFile) -> str:
    """What is wrong with a template, and where: `FILE:LINE: message`."""
    line = error.lineno if isinstance(error, TemplateSyntaxError) else _line(error, file)
    what = error.message if isinstance(error, TemplateSyntaxError) else str(error) or type(error).__name__
    return f"{file.path}:{line or 1}: {what}"


def _line(error: BaseException, file: TemplateFile) -> int | None:
    """The line of a template at which it failed: Jinja gives the frames of a rendering the template's own lines."""
    found, frame = None, error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == str(file.path):
            found = frame.tb_lineno
        frame = frame.tb_next
    return found


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """A template that people wrote: where, and what it said when the configuration was read."""

    path: Path
    source: str = field(repr=False)


@lru_cache(maxsize=256)
def compiled(file: TemplateFile, environment: Sandbox) -> Template:
    """The template of a file; raises TemplateSyntaxError."""
    code = environment.compile(file.source, str(file.path), str(file.path))
    return Template.from_code(environment, code, environment.make_globals(None))


def _read(path: Any) -> TemplateFile:
    """The template file at a path; raises ValueError naming the line that is none."""
    if not isinstance(path, Path):
        raise ValueError("must be a path to a template file")
    try:
        if path.exists() and not path.is_file():  # a FIFO would be waited for
            raise ValueError(f"{path} is not a regular file")
        content = path.read_bytes()
        source = content.decode("utf-8")
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} cannot be read: not UTF-8 text") from None
    if len(content) > MAX_FILE:
        raise ValueError(f"{path} has more than {MAX_FILE // 1024} KiB")
    file = TemplateFile(path, source)
    try:
        compiled(file, Sandbox(html=True, filters=dict.fromkeys(OWN_FILTERS, str)))
    except (TemplateSyntaxError, RecursionError) as error:
        raise ValueError(told(error, file)) from None
    return file


def _path(file: TemplateFile | None) -> str | None:
    return str(file.path) if file else None


WrittenTemplate = Annotated[
    InstanceOf[TemplateFile],
    BeforeValidator(_read),
    BeforeValidator(beside_file),
    PlainSerializer(_path, return_type=str),
]


class Templates(Written):
    """The templates of a receiver, each in place of that part of the message as it is built in."""

    subject: WrittenTemplate | None = None
    text: WrittenTemplate | None = None
    html: WrittenTemplate | None = None


def built_in(package: str, gettext: Callable[..., str]) -> Mapping[str, Callable[..., str]]:
    """What renders our own templates, `message.html` and `message.txt` of a package, in the language of `gettext`."""
    made = {}
    for name in ("message.html", "message.txt"):
        environment = Environment(
            loader=PackageLoader(package),
            autoescape=name.endswith(".html"),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        environment.globals = {"_": gettext}
        made[name] = environment.get_template(name).render
    return made
