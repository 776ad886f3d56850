"""What Excel's function wizard says of our functions: their parameters, and a text for each."""

from __future__ import annotations

from dataclasses import dataclass

from xl_lifecycle.core.catalogue.catalogue import Metric

SIMPLE = "simple"


@dataclass(frozen=True)
class Function:
    """A function as the hosts register it."""

    name: str
    parameters: tuple[str, ...]
    description: str
    argument_descriptions: tuple[str, ...]
    variadic: bool = False


A_CHANNEL = 'A channel, "All", or "channel/campaign"'
ANY_CHANNEL = f"{A_CHANNEL}; or a number to calculate from numbers of your own"
A_PERIOD = 'A period: 2026-03, 2026-Q1, 2026, YTD, "last 3 months", "all"'
THE_DATA = "The workbook's data: write Data"
THE_TARGETS = "The table of goals: Targets[#All]"
A_LEVEL = "How sure to be; 0.95 when left out"
A_MODEL = f'A named variant; "{SIMPLE}" when left out'


def metric_function(name: str, metric: Metric) -> Function:
    """Parameters are named for the numbers; channel, period, data and model share their places."""
    shared = ("channel", "period", "data", "model")
    told = (ANY_CHANNEL, A_PERIOD, THE_DATA, A_MODEL)
    count = max(len(metric.inputs), len(shared))
    parameters, descriptions = [], []
    for i in range(count):
        words = ([shared[i]] if i < len(shared) else []) + ([metric.inputs[i]] if i < len(metric.inputs) else [])
        parameters.append("_or_".join(words))
        descriptions.append(
            "; or ".join(([told[i]] if i < len(shared) else []) + [w for w in words if w not in shared])
        )
    return Function(name, tuple(parameters), metric.definition, tuple(descriptions))


OWN_FUNCTIONS = {
    function.name: function
    for function in (
        Function(
            "DATASET", ("tables",), "The workbook's tables as one dataset; its name is Data.",
            ("The tables with their headers, e.g. Attract[#All]",), variadic=True,
        ),
        Function(
            "KPI", ("name", "channel", "period", "data", "model"), "Any metric, measure or item by its name.",
            ('A name: "cac", "spend", "keyword:crm software"', A_CHANNEL, A_PERIOD, THE_DATA, "A named variant"),
        ),
        Function(
            "EXPLAIN", ("name", "channel", "period", "data"), "What a number is made of, or why there is none.",
            ('A name: "cac", "spend", "keyword:crm software"', A_CHANNEL, A_PERIOD, THE_DATA),
        ),
        Function(
            "ATTAINMENT", ("name", "channel", "period", "target", "data"),
            "How far a target is reached: 1 is reached, whichever direction is better.",
            ('A name: "cac", "spend"', A_CHANNEL, A_PERIOD, "The target", THE_DATA),
        ),
        Function(
            "SCORECARD", ("name", "channel", "period", "data", "targets"),
            "A row for a figure: now, before, change, whether it may be chance, target, status, timing, source.",
            ('A name, or a column of them: "cac"', A_CHANNEL, A_PERIOD, THE_DATA, THE_TARGETS),
        ),
        Function(
            "ANSWER", ("question", "channel", "period", "data", "targets"),
            "A question of the sheet Questions answered in a sentence that is right for the data.",
            ('A question, or a column of them: "X02.1"', A_CHANNEL, A_PERIOD, THE_DATA, THE_TARGETS),
        ),
        Function(
            "WHAT_IF", ("channel", "period", "data", "targets", "rates"),
            "For each step to a customer: the rate now, one it can reach or your own, and what that would bring.",
            (A_CHANNEL, A_PERIOD, THE_DATA, THE_TARGETS, "Rates to try: a column of 8, the first for no step"),
        ),
        Function(
            "AS_OF", ("day", "data"), "The data as they were known on a day, to be given in place of Data.",
            ("A day: 2026-05-01, or a date", THE_DATA),
        ),
        Function(
            "WHAT_MOVED", ("name", "channel", "period", "data"),
            "What moved a figure since the period before: visitors, rates, price, mix; together they are the change.",
            ('A name: "cac", "cpl", "leads", "new_customers", "sales_revenue"', A_CHANNEL, A_PERIOD, THE_DATA),
        ),
        Function(
            "PROJECTION", ("name", "channel", "period", "data"),
            "Where a figure will stand at the end of a period, at the pace of its complete months.",
            ('A name: "leads", "spend"', A_CHANNEL, A_PERIOD, THE_DATA),
        ),
        Function(
            "TARGET_PROGRESS", ("name", "channel", "period", "target", "data"),
            "Of a target: the actual value, how far it is reached, the projection, and whether that is on track.",
            ('A name: "leads", "cac"', A_CHANNEL, A_PERIOD, "The target", THE_DATA),
        ),
        Function(
            "INTERVAL", ("name", "channel", "period", "data", "level"),
            "The lowest and the highest value that a count, a share of one or a cost of one may have by chance.",
            ('A name: "cac", "conversion_rate", "leads"', A_CHANNEL, A_PERIOD, THE_DATA, A_LEVEL),
        ),
        Function(
            "AB_TEST", ("successes_a", "trials_a", "successes_b", "trials_b", "level"),
            "How far B's rate is above A's, the lowest and highest that it may be, and how often chance alone does it.",
            ("Successes of A", "Trials of A", "Successes of B", "Trials of B", A_LEVEL),
        ),
        Function(
            "SAMPLE_SIZE", ("rate", "other_rate", "level", "power"),
            "How many trials each group of an A/B test needs, to tell one rate from another.",
            ("The rate now, 0 to 1", "The rate to tell from it", A_LEVEL, "How sure to see it; 0.8 when left out"),
        ),
        Function(
            "GAPS", ("owners", "handoffs", "agreements", "attained", "content", "questions", "personas"),
            "What the map of the customer journey lacks, one sentence for each kind.",
            (
                "Owners[#All]", "Handoffs[#All]", "Agreements[#All]", "How far each agreement is reached: ATTAINMENT",
                "ContentAudit[#All]", "BuyerQuestions[#All]", "Personas[#All]",
            ),
        ),
        Function(
            "VERDICT", ("experiments",), "What each A/B test of the log shows, once its planned sample is there.",
            ("Experiments[#All]",),
        ),
    )
}  # fmt: skip
