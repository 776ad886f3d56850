"""What answers are made of, in English, Korean and Japanese: phrases, the names of sheets, counters."""

from __future__ import annotations

from collections.abc import Mapping

from xl_lifecycle.core.language.vocabulary import Labels

PHRASES: Mapping[str, Labels] = {
    # A figure
    "figure": ("{name}: {value}", "{name}: {value}", "{name}：{value}"),
    "figure_of": ("{name}: {value} ({sample})", "{name}: {value}({sample})", "{name}：{value}（{sample}）"),
    "aside": (" ({sample})", "({sample})", "（{sample}）"),
    "share_of": ("{events} of {base}", "{base} 중 {events}", "{base}のうち{events}"),
    "a_month": ("{value} a month on average", "월평균 {value}", "月平均{value}"),
    "added_up": ("months added up", "월별 합산", "月ごとに合算"),
    "interval": ("With chance allowed for, between {low} and {high}", "우연을 감안하면 {low}~{high}", "誤差を考慮すると{low}〜{high}"),
    "open_interval": ("With chance allowed for, {low} or more", "우연을 감안하면 {low} 이상", "誤差を考慮すると{low}以上"),
    "too_few": ("{events}, too few to tell", "{events}: 판단하기에 부족", "{events}：判断には不足"),
    "part": ("{n} of {m} months recorded", "{m}개월 중 {n}개월만 기록됨", "{m}か月のうち{n}か月のみ記録"),
    "half": ("Only in part recorded: {months}", "일부만 집계된 월: {months}", "一部のみ集計の月：{months}"),
    "months": ("{first} to {last}", "{first}~{last}", "{first}〜{last}"),
    # Which months
    "now_and_before": ("Now: {now}; before: {before}", "현재: {now}, 이전: {before}", "現在：{now}、前の期間：{before}"),
    "before_unknown": ("Now: {now}; before: {before}, not recorded", "현재: {now}, 이전: {before}(기록 없음)",
                       "現在：{now}、前の期間：{before}（記録なし）"),
    "now_only": ("Now: {now}; no period comes before", "현재: {now}, 이전 기간 없음", "現在：{now}、前の期間なし"),
    "ends_apart": ("A figure recorded only to an earlier month ends with that month", "기록이 먼저 끝난 지표는 그 달까지 계산",
                   "記録が先に終わる指標は、その月までで計算"),
    "nothing_yet": ("Nothing recorded yet", "아직 기록 없음", "まだ記録なし"),
    # A change
    "before": ("Against the {n} months before", "직전 {n}개월 대비", "直前{n}か月比"),
    "month_before": ("Against the month before", "전월 대비", "前月比"),
    "year_before": ("Against the same months a year before", "전년 동기 대비", "前年同期比"),
    "lately": ("Last 3 months against the 3 before", "최근 3개월, 그 전 3개월 대비", "直近3か月、その前の3か月比"),
    "up": ("{what}: up {by} ({old} to {new})", "{what}: {by} 증가({old} → {new})", "{what}：{by}増（{old}→{new}）"),
    "down": ("{what}: down {by} ({old} to {new})", "{what}: {by} 감소({old} → {new})", "{what}：{by}減（{old}→{new}）"),
    "rise": ("{what}: up ({old} to {new})", "{what}: 상승({old} → {new})", "{what}：上昇（{old}→{new}）"),
    "fall": ("{what}: down ({old} to {new})", "{what}: 하락({old} → {new})", "{what}：低下（{old}→{new}）"),
    "steady": ("{what}: no clear change ({old} to {new})", "{what}: 뚜렷한 변화 없음({old} → {new})",
               "{what}：明確な変化なし（{old}→{new}）"),
    "few_change": ("{what}: too few to tell a change ({old} to {new})", "{what}: 변화를 판단하기에 부족({old} → {new})",
                   "{what}：件数不足で変化を判断できない（{old}→{new}）"),
    "moved": ("{what}: {old} to {new}, how far by chance is not known", "{what}: {old} → {new}, 우연인지 판단할 수 없음",
              "{what}：{old}→{new}、偶然による変動かは判断できない"),
    "no_before": ("No earlier months recorded to compare with", "비교할 이전 기간의 기록 없음", "比較できる以前の期間の記録なし"),
    # A target
    "target": ("Target {goal}: {share} attained", "목표 {goal}: 달성률 {share}", "目標{goal}：達成率{share}"),
    "no_target": ("No target set: write one on {sheet}", "목표 없음: {sheet} 시트에 입력하세요", "目標なし：{sheet}シートに入力"),
    "near": ("{target}, not clearly missed", "{target}, 미달로 단정할 수 없음", "{target}、未達とは言い切れない"),
    # Several beside one another: a, b and z are names with their values
    "best": ("{name}: {a} is best, {times} times {b}, a clear difference", "{name}: {a} 최고, {b}의 {times}배로 뚜렷한 차이",
             "{name}：{a}が最高、{b}の{times}倍で明確な差"),
    "cheapest": ("{name}: {a} is lowest, then {b}, {times} times as much, a clear difference",
                 "{name}: {a} 최저, 다음 {b}, {times}배로 뚜렷한 차이", "{name}：{a}が最も低く、次は{b}、{times}倍で明確な差"),
    "level": ("{name}: {a} and {b} are in front, no clear difference", "{name}: {a}, {b} 선두, 뚜렷한 차이 없음",
              "{name}：{a}と{b}が上位、明確な差なし"),
    "first": ("{name}: {a} first, then {b}", "{name}: {a} 1위, {b} 2위", "{name}：{a}が1位、{b}が2位"),
    "dearest": ("A lead costs most with {z}", "리드당 비용이 가장 높은 채널: {z}", "リード単価が最も高いのは{z}"),
    "spent_most": ("Most spent for a new customer: {parts}", "신규 고객 1명에 가장 많이 쓴 곳: {parts}", "新規顧客1件に最も費用がかかったのは{parts}"),
    "spent_for": ("{name} {money} for {count}", "{name} {money}에 {count}", "{name} {money}で{count}"),
    "longer": ("A longer period tells more", "기간을 늘리면 더 알 수 있음", "期間を長くすると判断しやすい"),
    "last": ("Last: {z}", "최하위: {z}", "最下位：{z}"),
    "only": ("{name}: only {a} has enough to judge", "{name}: 판단할 만큼 기록된 것은 {a}뿐", "{name}：判断できる件数があるのは{a}のみ"),
    "single": ("{name}: {a}; nothing else is recorded to compare it with", "{name}: {a}, 비교할 다른 기록 없음",
               "{name}：{a}、比較できる他の記録なし"),
    "none": ("{name}: too few {noun} to compare, {n} each are needed: {names}", "{name}: 비교하기에 {noun} 부족, 각각 {n} 이상 필요: {names}",
             "{name}：比較するには{noun}が不足、それぞれ{n}以上必要：{names}"),
    "few": ("Too few {noun} to rank: {names}", "{noun} 부족으로 순위 제외: {names}", "{noun}不足で順位から除外：{names}"),
    "free": ("No spend recorded: {names}", "비용 기록 없음: {names}", "費用の記録なし：{names}"),
    "more": ("{names} and {n} more", "{names} 외 {n}개", "{names}ほか{n}件"),
    "none_else": ("{name}: {a}; nothing else has enough to compare", "{name}: {a}, 비교할 만큼 기록된 다른 대상 없음",
                  "{name}：{a}、比較に足る他の記録なし"),
    "items_whole": ("Not recorded for this channel; the whole company", "이 채널 기록 없음, 회사 전체 기준", "このチャネルの記録なし、以下は会社全体"),
    "times": ("{name}: {a}, {times} times {b}", "{name}: {a}, {b}의 {times}배", "{name}：{a}、{b}の{times}倍"),
    "times_more": ("{name}: {a}; {b}, {times} times that", "{name}: {a}; {b}, 그 {times}배", "{name}：{a}；{b}、その{times}倍"),
    "against": ("{name}: {a}; {b}", "{name}: {a}, {b}", "{name}：{a}、{b}"),
    "place": ("Number {rank} of {n}", "{n}개 중 {rank}위", "{n}件中{rank}位"),
    "clear": ("a clear difference", "뚜렷한 차이", "明確な差"),
    "unclear": ("no clear difference", "뚜렷한 차이 없음", "明確な差なし"),
    "sums": ("sums do not tell how much of this is chance", "합계만으로는 우연인지 판단할 수 없음", "合計だけでは偶然による差かは判断できない"),
    "none_yet": ("none yet", "아직 없음", "まだなし"),
    "so_few": ("{events}, so too few to tell", "{events}: 판단하기에 부족", "{events}：判断には不足"),
    "shares": ("Share of {noun}: {parts}", "{noun} 비중: {parts}", "{noun}の構成比：{parts}"),
    "share_of_all": ("{share} of all sessions", "전체 세션의 {share}", "全セッションの{share}"),
    "searched": ("Search index of {term}: {old} to {new} ({months})", "{term} 검색 지수: {old} → {new}({months})",
                 "{term}の検索指数：{old}→{new}（{months}）"),
    "no_audiences": ("Audiences cannot be told apart: one channel only in {sheet}", "청중별 비교 불가: {sheet}에 채널이 하나뿐",
                     "対象別に比較できない：{sheet}シートに記録されたチャネルが1つだけ"),
    "no_cause": ("This shows where, not why: try one change at a time", "어디서 차이가 나는지는 보이지만 원인은 알 수 없음. 한 번에 하나씩 바꿔 시험하세요",
                 "差のある箇所は分かるが、原因は分からない。一度に1つずつ試す"),
    # What is not there
    "empty": ("No {noun} recorded yet: fill {sheet}", "아직 {noun} 기록 없음: {sheet} 시트를 채우세요",
              "{noun}の記録がまだない：{sheet}シートに入力"),
    "no_items": ("No items of the kind {noun} recorded yet: fill {sheet}", "아직 {noun} 종류의 항목 기록 없음: {sheet} 시트를 채우세요",
                 "種類「{noun}」の項目の記録がまだない：{sheet}シートに入力"),
    "not_then": ("{noun}: recorded only for {months}", "{noun}: {months}만 기록됨", "{noun}：記録は{months}のみ"),
    "zero": ("No {noun} in this period, so no {name}", "이 기간에 {noun} 없음: {name} 계산 불가", "この期間は{noun}なし：{name}は計算不可"),
    "no_churn": ("No customer was lost in this period, so no {name}", "이 기간에 이탈 고객 없음: {name} 계산 불가",
                 "この期間は解約なし：{name}は計算不可"),
    "whole_only": ("{name}: not recorded for {place}; whole company {value}", "{name}: {place} 기록 없음, 회사 전체 {value}",
                   "{name}：{place}の記録なし、会社全体は{value}"),
    "none_here": ("{name}: none for {place}; whole company {value}", "{name}: {place} 없음, 회사 전체 {value}",
                  "{name}：{place}はなし、会社全体は{value}"),
    "unknown": ("{name}: not known; EXPLAIN says why", "{name}: 알 수 없음(이유는 EXPLAIN 참조)", "{name}：不明（理由はEXPLAINを参照）"),
    "no_campaigns": ("No campaigns recorded: fill the column Campaign on {sheet}", "캠페인 기록 없음: {sheet} 시트의 캠페인 열을 채우세요",
                     "キャンペーンの記録なし：{sheet}シートのキャンペーン列に入力"),
    "no_channel": ("{name} is no channel of this workbook", "{name}: 이 통합 문서에 없는 채널", "{name}：このブックにないチャネル"),
    # Levers
    "helps": ("Helps most: {lever}, from {now} to {reach} ({since}): {gain}, {cac}, all else as it is",
              "효과가 가장 큰 단계: {lever} {now} → {reach}({since}): 다른 조건이 같으면 {gain}, {cac}",
              "最も効く段階：{lever} {now}→{reach}（{since}）：他の条件が同じなら{gain}、{cac}"),
    "gain": ("{n} new customers more", "신규 고객 {n}명 증가", "新規顧客{n}件増"),
    "gain_leads": ("{lever}: from {now} to {reach} ({since}), {n} leads more, all else as it is",
                   "{lever}: {now} → {reach}({since}), 다른 조건이 같으면 리드 {n}건 증가",
                   "{lever}：{now}→{reach}（{since}）、他の条件が同じならリード{n}件増"),
    "cac_then": ("CAC {value}", "CAC {value}", "CAC {value}"),
    "best_three": ("its best 3 months, {months}", "최고 3개월, {months}", "最良の3か月、{months}"),
    "at_target": ("its target", "목표", "目標"),
    "own": ("your own", "직접 입력", "入力値"),
    "at_best": ("at its best now", "현재가 최고", "現在が最良"),
    "few_events": ("too few to tell", "판단하기에 부족", "判断には不足"),
    "not_recorded": ("not recorded", "기록 없음", "記録なし"),
    "no_lever": ("No rate has had three better months with enough to judge, nor a higher target",
                 "판단할 만큼 기록된 더 좋은 3개월도 더 높은 목표도 없음", "判断できる件数で上回った3か月も、より高い目標もなし"),
    "perhaps": ("{text}, may be chance", "{text}, 우연일 수 있음", "{text}、偶然の可能性"),
    "no_three": ("{lever}: no three months in a row have enough to say what it can reach", "{lever}: 도달 가능한 수준을 판단할 만큼 기록된 3개월 없음",
                 "{lever}：到達できる水準を判断できる3か月の記録なし"),
    "at_its_best": ("{lever}: no three months of the last twelve were better by {worth} or more, nor is a target higher",
                    "{lever}: 최근 12개월 중 {worth} 이상 더 좋은 3개월도 더 높은 목표도 없음", "{lever}：直近12か月でこれを{worth}以上上回る3か月も、より高い目標もなし"),
    "reached": ("{lever}: {now} now, {reach} within reach ({since})", "{lever}: 현재 {now}, 도달 가능 {reach}({since})",
                "{lever}：現在{now}、到達可能{reach}（{since}）"),
    "most": ("helps most", "효과 최대", "効果最大"),
    "as_is": ("As it is", "현재", "現状"),
    "step": ("{a} → {b}", "{a} → {b}", "{a} → {b}"),
    "value_each": ("Revenue per new customer", "신규 고객당 매출", "新規顧客あたり売上"),
    "cost_visitors": ("Spend per visitor", "방문자당 비용", "訪問者単価"),
    "cost_sessions": ("Spend per session", "세션당 비용", "セッション単価"),
    "loaded": ("CAC with salaries, tools and sales cost: {value}", "인건비·도구·영업 비용 포함 CAC: {value}",
               "人件費・ツール・営業費用込みのCAC：{value}"),
    "by_month": ("LTV takes both by the month", "LTV는 두 값을 월 기준으로 계산", "LTVでは両者を月あたりで計算"),
    "rule_of_three": ("LTV is {times} times CAC; 3 or more is the usual rule of thumb", "LTV는 CAC의 {times}배(통상 기준: 3배 이상)",
                      "LTVはCACの{times}倍（通常の目安は3倍以上）"),
    # People
    "owner": ("Whoever owns a stage stands on the sheet Journey: see whether each of the five has an owner",
              "단계별 담당자는 여정 시트에 있습니다: 다섯 단계 모두 담당자가 있는지 확인하세요",
              "各ステージの担当者はジャーニーシートにある：5つのステージすべてに担当者がいるか確認"),
}  # fmt: skip

# Figures that sentences call by their abbreviation; the others by their title.
SHORT = frozenset({"cac", "roi", "roas", "ltv"})

# The sheets that hold the tables; a stage's table stands on its sheet.
SHEETS: Mapping[str, Labels] = {
    "Costs": ("Costs", "비용", "費用"),
    "Attract": ("Attract", "유치", "集客"),
    "Capture": ("Capture", "포착", "リード獲得"),
    "Nurture": ("Nurture", "육성", "育成"),
    "Convert": ("Convert", "전환", "成約"),
    "Expand": ("Expand", "확장", "拡大"),
    "Items": ("Items", "항목", "項目"),
    "Targets": ("Targets", "목표", "目標"),
}

# What Korean and Japanese count a measure in; most things are 건 and 件.
PEOPLE, TIMES = ("명", "人"), ("회", "回")
COUNTERS: Mapping[str, tuple[str, str]] = {
    name: counter
    for counter, names in (
        (PEOPLE, ("visitors", "landing_page_visitors", "known_visitors", "content_consumers", "followers",
                  "program_entrants", "loyalty_members", "reach")),
        (("명", "件"), ("new_customers", "customers_start", "customers_end", "buying_customers", "repeat_customers")),
        (TIMES, ("sessions", "engaged_sessions", "page_views", "impressions", "clicks", "cta_views", "cta_clicks",
                 "downloads", "content_views", "shares", "social_engagement", "referral_visits")),
    )
    for name in names
}  # fmt: skip
COUNTER = ("건", "件")
