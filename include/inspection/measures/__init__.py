"""Facts to numbers: one measure an indicator, each with its evidence or the reason why there is no number.

A measure is an interval: ``low`` counts what is certain, ``high`` adds what could not be looked at. Where both lead
to the same answer the indicator is decided; where they do not, it is unmeasured.
"""

from __future__ import annotations

from include.inspection.facts import SiteFacts
from include.inspection.measures import (
    access,
    accounts,
    availability,
    content,
    documents,
    identity,
    interaction,
    links,
    marks,
    offers,
    reported,
    services,
    updates,
)
from include.inspection.measures.base import (
    STATES,
    Context,
    Detail,
    Facts,
    Measured,
    MeasureSpec,
    State,
    for_people,
    measured,
    unmeasured,
)
from include.inspection.model import SECTION_CLASSES

__all__ = [
    "MEASURES",
    "STATES",
    "Context",
    "Detail",
    "MeasureSpec",
    "Measured",
    "State",
    "for_people",
    "measure",
    "measured",
    "unmeasured",
]

_SITE, _ACCOUNT, _BOTH = ("site",), ("account",), ("site", "account")
_CLASSES = ("news", "notice", "policy")
_GUIDES = ("missing_classes", "few_matters")
_LINKS = ("forbidden_counts",)

MEASURES: dict[str, MeasureSpec] = {
    "reported_findings": MeasureSpec(reported.reported_findings, _BOTH, needs_home=False),
    "reported_points": MeasureSpec(reported.reported_points, _BOTH, needs_home=False),
    "warnings_raised": MeasureSpec(
        reported.warnings_raised, _SITE, needs_home=False, some_of=tuple(SECTION_CLASSES)
    ),
    "home_failed_percent": MeasureSpec(
        availability.home_failed_percent, _SITE, ("series",), ("probes_a_day",), needs_home=False
    ),
    "home_updates": MeasureSpec(updates.home_updates, _SITE, ("home",)),
    "late_sections": MeasureSpec(updates.late_sections, _SITE, _CLASSES),
    "late_by_class": MeasureSpec(updates.late_by_class, _SITE, some_of=tuple(SECTION_CLASSES)),
    "late_first_level": MeasureSpec(updates.late_first_level, _SITE, some_of=tuple(SECTION_CLASSES)),
    "overdue_sections": MeasureSpec(updates.overdue_sections, _SITE, _CLASSES),
    "empty_sections": MeasureSpec(updates.empty_sections, _SITE),
    "consultation_channels": MeasureSpec(interaction.consultation_channels, _SITE),
    "overdue_questions": MeasureSpec(interaction.overdue_questions, _SITE, ("asked", "answer")),
    "questions_asked": MeasureSpec(interaction.questions_asked, _SITE, ("asked",)),
    "survey_sections": MeasureSpec(interaction.survey_sections, _SITE),
    "survey_activities": MeasureSpec(interaction.survey_activities, _SITE, ("held",)),
    "survey_activities_held": MeasureSpec(interaction.survey_activities_held, _SITE, ("held",)),
    "interview_activities": MeasureSpec(interaction.interview_activities, _SITE, ("held",)),
    "interview_activities_held": MeasureSpec(interaction.interview_activities_held, _SITE, ("held",)),
    "footer_items_missing": MeasureSpec(marks.footer_items_missing, _SITE),
    "page_tags_wrong": MeasureSpec(marks.page_tags_wrong, _SITE),
    "answers_published": MeasureSpec(interaction.answers_published, _SITE, ("answered",)),
    "https_opens": MeasureSpec(access.https_opens, _SITE, needs_home=False),
    "certificate_days": MeasureSpec(access.certificate_days, _SITE),
    "https_redirect": MeasureSpec(access.https_redirect, _SITE),
    "mixed_content": MeasureSpec(access.mixed_content, _SITE),
    "ipv6_opens": MeasureSpec(access.ipv6_opens, _SITE),
    "home_seconds": MeasureSpec(access.home_seconds, _SITE),
    "broken_home_links": MeasureSpec(links.broken_home_links, _SITE, (), _LINKS),
    "broken_other_links": MeasureSpec(links.broken_other_links, _SITE, (), _LINKS),
    "broken_attachments": MeasureSpec(links.broken_attachments, _SITE, (), _LINKS),
    "broken_forms": MeasureSpec(links.broken_forms, _SITE, (), _LINKS),
    "service_entries": MeasureSpec(services.service_entries, _SITE),
    "deficient_guides": MeasureSpec(services.deficient_guides, _SITE, (), _GUIDES),
    "all_guides_deficient": MeasureSpec(services.all_guides_deficient, _SITE, (), _GUIDES),
    "guide_classes_missing": MeasureSpec(services.guide_classes_missing, _SITE),
    "severe_wordings": MeasureSpec(content.severe_wordings, _SITE),
    "hidden_foreign_links": MeasureSpec(content.hidden_foreign_links, _SITE),
    "tampering_signs": MeasureSpec(content.tampering_signs, _SITE),
    "backdated_articles": MeasureSpec(content.backdated_articles, _SITE),
    "personal_numbers": MeasureSpec(content.personal_numbers, _SITE),
    "advertising_signs": MeasureSpec(content.advertising_signs, _SITE),
    "outdated_techniques": MeasureSpec(content.outdated_techniques, _SITE),
    "english_domain_wrong": MeasureSpec(identity.domain_measure("G-D1"), _SITE),
    "chinese_domain_wrong": MeasureSpec(identity.domain_measure("G-D2"), _SITE),
    "portal_domain_wrong": MeasureSpec(identity.domain_measure("G-D3"), _SITE),
    "department_domain_wrong": MeasureSpec(identity.domain_measure("G-D4"), _SITE),
    "several_domains": MeasureSpec(identity.domain_measure("G-D5"), _SITE),
    "bare_address": MeasureSpec(identity.domain_measure("G-D7"), _SITE),
    "name_not_shown": MeasureSpec(identity.domain_measure("G-N1"), _SITE),
    "domain_rules_broken": MeasureSpec(identity.domain_rules_broken, _SITE),
    "site_code_mismatches": MeasureSpec(identity.site_code_mismatches, _SITE),
    "report_entry_faults": MeasureSpec(identity.report_entry_faults, _SITE),
    "overview_missing": MeasureSpec(offers.element_measure("overview", "概况信息栏目"), _SITE),
    "functions_missing": MeasureSpec(offers.element_measure("functions", "机构职能栏目"), _SITE),
    "catalogue_missing": MeasureSpec(offers.element_measure("catalogue", "服务事项的集中展示"), _SITE),
    "online_application_missing": MeasureSpec(offers.element_measure("apply", "在线申请入口"), _SITE),
    "message_statistics_missing": MeasureSpec(
        offers.element_measure("message_statistics", "留言受理反馈情况的统计"), _SITE
    ),
    "leader_information": MeasureSpec(offers.leader_information, _SITE),
    "search_missing": MeasureSpec(offers.search_missing, _SITE),
    "statistics_late": MeasureSpec(offers.statistics_late, _SITE, ("updated",)),
    "message_forms_missing": MeasureSpec(offers.message_forms_missing, _SITE),
    "other_sections_late": MeasureSpec(updates.other_sections_late, _SITE, some_of=tuple(SECTION_CLASSES)),
    "vague_guides": MeasureSpec(services.vague_guides, _SITE),
    "login_entries": MeasureSpec(offers.login_entries, _SITE),
    "leaving_prompt_missing": MeasureSpec(offers.leaving_prompt_missing, _SITE),
    "annual_report_faults": MeasureSpec(offers.annual_report_faults, _SITE, (), ("due_month", "due_day")),
    "uninterpreted_documents": MeasureSpec(documents.uninterpreted_documents, _SITE),
    "unlinked_interpretations": MeasureSpec(documents.unlinked_interpretations, _SITE),
    "late_interpretations": MeasureSpec(documents.late_interpretations, _SITE, (), ("working_days",)),
    "articles_without_full_time": MeasureSpec(documents.articles_without_full_time, _SITE),
    "late_reposts": MeasureSpec(documents.late_reposts, _SITE, ("published",), ("hours",)),
    "account_updates": MeasureSpec(accounts.account_updates, _ACCOUNT, ("updates",), needs_home=False),
    "days_since_update": MeasureSpec(accounts.days_since_update, _ACCOUNT, needs_home=False),
    "own_duty_missed": MeasureSpec(accounts.own_duty_missed, _ACCOUNT, needs_home=False),
    "longest_gap": MeasureSpec(accounts.longest_gap, _ACCOUNT, ("period",), needs_home=False),
    "app_download": MeasureSpec(accounts.app_download, _ACCOUNT, needs_home=False),
    "accounts_on_platform": MeasureSpec(accounts.accounts_on_platform, _ACCOUNT, needs_home=False),
    "name_differs": MeasureSpec(accounts.name_differs, _ACCOUNT, needs_home=False),
    "name_without_sponsor": MeasureSpec(accounts.name_without_sponsor, _ACCOUNT, needs_home=False),
}


def measure(name: str, facts: Facts, context: Context) -> Measured:
    """Run one measure; without a readable home page a site's other measures have no number."""
    spec = MEASURES[name]
    if spec.needs_home and isinstance(facts, SiteFacts) and not facts.home_readable:
        return unmeasured(facts.reason or "首页未能读取", facts.home)
    return spec.function(facts, context)
