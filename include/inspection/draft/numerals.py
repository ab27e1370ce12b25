"""Chinese numerals for headings: 一, 二, … 九十九."""

from __future__ import annotations

_DIGITS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """``number`` from 1 to 99 as headings have it."""
    if not 1 <= number <= 99:
        raise ValueError(f"标题序号 {number} 超出 1–99")
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
