"""我为政府网站找错 messages: how many came and were closed, which are late or near their limit, what they cost a year."""

from include.inspection.messages.count import Deduction, annual_deductions, count_messages
from include.inspection.messages.states import MessageState, State, message_states, near_or_late
from include.inspection.messages.working_days import CalendarUnknown, WorkingDays

__all__ = (
    "CalendarUnknown",
    "Deduction",
    "MessageState",
    "State",
    "WorkingDays",
    "annual_deductions",
    "count_messages",
    "message_states",
    "near_or_late",
)
