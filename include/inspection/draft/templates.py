"""The sandbox that templates run in, and the naming of file and line when one of them goes wrong.

Every environment is sandboxed, immutable and strict: a template that reaches beyond its data, or asks for
data that is not there, is an error and never an empty place in a notice.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import jinja2
from jinja2.bccache import Bucket
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from include.inspection.draft import clean
from include.inspection.draft.error import DraftError
from include.inspection.draft.numerals import numeral
from include.inspection.draft.profile import Field, Profile

#: Marks of the body's little markup. They are noncharacters, which cleaned data never holds, so that no name
#: can become a heading or a figure.
HEADING, SUBHEADING, FIGURE, FIGURE_TEXT, FIGURE_END = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3", "\ufdd4"
CHART = "\ufdd5"
_HEADING_LINE = re.compile(r"(?m)^(##?) +")


class _Loader(jinja2.FileSystemLoader):
    """Templates of the profile's folders, own before inherited; ``base/x.jinja`` names a folder's own.

    A line that begins with ``#`` or ``##`` in a body's source is a heading; the sign is exchanged here, where
    only the source is seen and no data.
    """

    def __init__(self, profile: Profile) -> None:
        super().__init__([*profile.folders, profile.root])
        self._root = profile.root

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        source, file, fresh = super().get_source(environment, template)
        if template.endswith("body.jinja"):
            source = _HEADING_LINE.sub(lambda m: SUBHEADING if m[1] == "##" else HEADING, source)
        return source, shown(file, self._root), fresh


class _Compiled(jinja2.BytecodeCache):
    """Templates compiled once a process; a changed source is compiled again."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self._known.get(bucket.key, ("", b""))
        if code and checksum == bucket.checksum:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = (bucket.checksum, bucket.bytecode_to_string())


#: Apart for each kind of output: escaping is compiled in.
_COMPILED = {output: _Compiled() for output in ("text", "xml", "markdown")}


def shown(file: str | Path, root: Path) -> str:
    """``file`` as errors name it: relative to the templates' root."""
    path = Path(file)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def environment(profile: Profile, output: str) -> jinja2.Environment:
    """The sandbox for ``output``: ``text`` (words and body), ``xml`` (escaped.

    Docx, html) or ``markdown``.
    """
    env = ImmutableSandboxedEnvironment(
        loader=_Loader(profile),
        undefined=jinja2.StrictUndefined,
        autoescape=output == "xml",
        finalize=_markdown if output == "markdown" else None,
        bytecode_cache=_COMPILED[output],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["numeral"] = numeral
    return env


def _markdown(value: Any) -> Any:
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return Markup(clean.markdown(value))


def render_file(env: jinja2.Environment, name: str, context: Mapping[str, Any]) -> str:
    """The template file ``name`` filled with ``context``."""
    try:
        return env.get_template(name).render(context)
    except Exception as error:  # a template is data: whatever it does wrong is its error, not the program's
        raise explained(error, name) from error


def render_pattern(
    env: jinja2.Environment, profile: Profile, field: Field, context: Mapping[str, Any]
) -> str:
    """The sentence pattern that stands at ``field`` of profile.yaml, filled with ``context``."""
    pattern: Any = profile.data
    for key in field:
        pattern = pattern[key]
    try:
        return str(env.from_string(pattern).render(context))
    except Exception as error:  # as above
        raise _at_field(profile, field, error) from error


def check_templates(profile: Profile) -> None:
    """Parse every template and pattern of ``profile``, so that a slip is told before anything is fetched."""
    env = environment(profile, "text")
    names = dict.fromkeys(f.name for folder in profile.folders for f in sorted(folder.glob("*.jinja")))
    for name in names:
        try:
            env.get_template(name)
        except Exception as error:  # as above
            raise explained(error, name) from error
    for field, pattern in _patterns(profile.data, ()):
        try:
            env.parse(pattern)
        except jinja2.TemplateError as error:
            raise _at_field(profile, field, error) from error


def _patterns(value: Any, field: Field) -> Iterator[tuple[Field, str]]:
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _patterns(item, (*field, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _patterns(item, (*field, index))


def _at_field(profile: Profile, field: Field, error: Exception) -> DraftError:
    place = profile.place(field)
    dotted = ".".join(str(part) for part in field)
    return DraftError.at(place.file, place.line, _reason(error), dotted)


def explained(error: Exception, name: str) -> DraftError:
    """``error`` of the template ``name`` with the file and the line where it arose."""
    if isinstance(error, DraftError):
        return error
    file, line = name, None
    if isinstance(error, jinja2.TemplateSyntaxError):
        file, line = error.filename or error.name or name, error.lineno
    elif isinstance(error, jinja2.TemplateNotFound):
        return DraftError.at(
            name, None, f"找不到模板 {error.name}：请检查 extends、include 或 import 的文件名"
        )
    else:
        for frame in traceback.extract_tb(error.__traceback__):
            if frame.filename.endswith((".jinja", "<template>")):
                file = name if frame.filename == "<template>" else frame.filename
                line = frame.lineno
    return DraftError.at(file, line, _reason(error))


def _reason(error: Exception) -> str:
    if isinstance(error, SecurityError):
        return f"模板越出了允许的范围（{error}）：只能使用数据说明中列出的变量"
    if isinstance(error, jinja2.UndefinedError):
        return f"模板引用了没有的数据（{error}）：请检查变量名"
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"模板语法有误（{error.message}）：请检查括号和标签是否成对"
    return f"模板出错（{type(error).__name__}: {error}）"
