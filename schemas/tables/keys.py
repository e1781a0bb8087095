"""The closed key lists of the statutory forms, in printed order. Their labels are in ``form_lines``.

Sources: 国办公开办函〔2019〕60号 and 〔2021〕30号; names follow the US FOIA annual report vocabulary (DESIGN.md §4).
A test compares these lists with the form definitions in ``schemas/forms``.
"""

ARTICLES = ("20(1)", "20(5)", "20(6)", "20(8)", "20(9)")

ITEMS = (
    "regulations", "normative_documents", "administrative_licenses", "other_public_services",
    "administrative_penalties", "administrative_compulsion", "administrative_fees", "centralized_procurement",
)  # fmt: skip

METRICS = (
    "made", "newly_published", "published_total", "issued", "repealed", "in_force", "fee_amount",
    "items_previous_year", "items_change", "decisions", "procurement_items", "procurement_amount",
)  # fmt: skip

LINES = (
    "received", "carried_in", "granted", "granted_in_part",
    "denied_state_secret", "denied_prohibited_by_law", "denied_security_stability", "denied_third_party_rights",
    "denied_internal_affairs", "denied_deliberative_process", "denied_enforcement_case_file",
    "denied_administrative_inquiry",
    "unavailable_not_held", "unavailable_requires_creation", "unavailable_unclear_after_correction",
    "not_processed_petition_complaint", "not_processed_duplicate", "not_processed_official_publication",
    "not_processed_excessive_repetitive", "not_processed_confirm_or_reissue",
    "other", "other_correction_overdue", "other_fee_overdue", "other_misc",
    "processed_total", "carried_out",
)  # fmt: skip

APPLICANTS = (
    "natural_person", "commercial_enterprise", "research_institution", "public_welfare_organization",
    "legal_service_organization", "other_organization", "total",
)  # fmt: skip

PROCEDURES = ("review", "litigation_direct", "litigation_after_review")

OUTCOMES = ("upheld", "corrected", "other", "pending", "total")
