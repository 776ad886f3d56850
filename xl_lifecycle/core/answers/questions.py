"""The questions that the sources ask, in the order of their worksheets, in English, Korean and Japanese."""

from __future__ import annotations

from dataclasses import dataclass

from xl_lifecycle.core.language.vocabulary import Labels, Stage


@dataclass(frozen=True)
class Question:
    """A question. group: the worksheet or stage that asks it; sheet: by its key, where the figures stand."""

    id: str
    group: str
    texts: Labels
    sheet: str


WORKSHEET, DIAGNOSIS, REVIEW, GUIDE = "X02", "X03", "X04", "guide"
GROUPS = {
    WORKSHEET: ("Channel worksheet", "채널 워크시트", "チャネルワークシート"),
    DIAGNOSIS: ("What to fix", "무엇을 고칠까", "何を直すか"),
    REVIEW: ("Attract review", "유치 단계 점검", "集客ステージの点検"),
    Stage.ATTRACT.value: ("Attract", "유치", "集客"),
    Stage.CAPTURE.value: ("Capture", "포착", "リード獲得"),
    Stage.NURTURE.value: ("Nurture", "육성", "育成"),
    Stage.CONVERT.value: ("Convert", "전환", "成約"),
    Stage.EXPAND.value: ("Expand", "확장", "拡大"),
    GUIDE: ("The journey's guide", "고객 여정 전체의 책임자", "ジャーニー全体の責任者"),
}

_ASKED: tuple[tuple[str, str, tuple[tuple[str, str, str, str], ...]], ...] = (
    ("X02", WORKSHEET, (
        ("Attract", "How do we raise website visitors?", "웹사이트 방문자를 늘리려면?", "Webサイトの訪問者を増やすには？"),
        ("Capture", "Does organic traffic convert better than social media?", "자연 검색이 소셜 미디어보다 전환율이 높은가?",
         "自然検索はソーシャルメディアよりコンバージョン率が高いか？"),
        ("Capture", "What would raise lead conversion?", "리드 전환율을 높이려면 무엇을 바꿔야 하나?", "リードコンバージョン率を上げるには何を変えるか？"),
        ("Capture", "How do we get more leads?", "리드 수를 늘리려면?", "リード数を増やすには？"),
        ("What if", "How do we lower CAC?", "고객 획득 비용(CAC)을 낮추려면?", "顧客獲得単価(CAC)を下げるには？"),
        ("overview", "Which marketing investments bring the best return?", "어떤 마케팅 투자의 수익률이 가장 높은가?",
         "どのマーケティング投資の収益率が最も高いか？"),
        ("Convert", "How close do SQLs come to new leads?", "신규 리드 중 SQL이 되는 비율은 얼마인가?", "新規リードのうちどれだけがSQLになるか？"),
        ("Nurture", "Which channel brings the best MQLs?", "최고의 MQL을 만드는 채널은?", "最も質の高いMQLを生むチャネルは？"),
    )),
    ("X03", DIAGNOSIS, (
        ("Attract", "Do we get enough of the right visitors?", "적합한 방문자를 충분히 확보하고 있는가?", "適切な訪問者を十分に得ているか？"),
        ("Attract", "Is organic traffic enough?", "자연 검색 트래픽은 충분한가?", "自然検索の流入は十分か？"),
        ("Capture", "Are the number and quality of leads right?", "리드의 수와 품질은 적절한가?", "リードの数と質は適切か？"),
        ("Convert", "Are lead and sales conversion at their best?", "리드·판매 전환율은 최적 수준인가?", "リードと販売のコンバージョン率は最適か？"),
        ("Convert", "Is CAC acceptable?", "고객 획득 비용(CAC)은 허용할 만한가?", "顧客獲得単価(CAC)は許容範囲か？"),
        ("Expand", "Is LTV improving?", "고객 생애 가치(LTV)는 나아지고 있는가?", "顧客生涯価値(LTV)は改善しているか？"),
    )),
    ("X04", REVIEW, (
        ("Attract", "How many people visit our site?", "얼마나 많은 사람이 사이트를 방문하는가?", "どれだけの人がサイトを訪れるか？"),
        ("Attract", "How engaging is our content?", "콘텐츠는 얼마나 매력적인가?", "コンテンツはどれだけ魅力的か？"),
        ("Attract", "How popular is our brand?", "브랜드는 얼마나 인기가 있는가?", "ブランドはどれだけ人気があるか？"),
    )),
    ("X05", Stage.ATTRACT.value, (
        ("Attract", "Which channels are used?", "어떤 채널이 사용되는가?", "どのチャネルが使われているか？"),
        ("items", "Which content is consumed?", "어떤 콘텐츠가 소비되는가?", "どのコンテンツが見られているか？"),
        ("Attract", "How many people consume content?", "콘텐츠를 소비한 사람은 얼마나 되는가?", "コンテンツを見た人はどれだけいるか？"),
        ("Attract", "How often do they share it?", "콘텐츠를 얼마나 자주 공유하는가?", "コンテンツはどれほどシェアされるか？"),
    )),
    ("X05", Stage.CAPTURE.value, (
        ("Capture", "How many content consumers became known?", "콘텐츠 소비자 중 몇 명이 식별된 방문자가 되었는가?",
         "コンテンツ閲覧者のうち何人を特定できたか？"),
        ("items", "Which calls to action work best, and with whom?", "가장 효과적인 CTA는? 어떤 청중에게?", "最も効果的なCTAは？誰に対して？"),
        ("Capture", "Which channels work best?", "가장 효과적인 채널은?", "最も効果的なチャネルは？"),
    )),
    ("X05", Stage.NURTURE.value, (
        ("Nurture", "How many MQLs are there?", "MQL은 얼마나 생성되는가?", "MQLはどれだけ生まれているか？"),
        ("items", "Which automated programs work best?", "가장 효과적인 자동화 프로그램은?", "最も効果的な自動プログラムは？"),
        ("Capture", "What goes with higher lead scores?", "리드 점수가 높은 곳은?", "リードスコアが高いのはどこか？"),
    )),
    ("X05", Stage.CONVERT.value, (
        ("Convert", "How many SQLs are there?", "SQL은 얼마나 생성되는가?", "SQLはどれだけ生まれているか？"),
        ("Convert", "Which campaigns close opportunities best?", "영업 기회를 수주로 가장 잘 연결하는 캠페인은?", "商談が最も受注につながるキャンペーンは？"),
        ("Convert", "How often do content consumers become customers?", "콘텐츠 소비자는 얼마나 자주 고객이 되는가?",
         "コンテンツ閲覧者はどれほど顧客になるか？"),
    )),
    ("X05", Stage.EXPAND.value, (
        ("Expand", "How many resells, upsells and cross-sells are there?", "재구매·갱신, 상향 판매, 교차 판매는 얼마나 되는가?",
         "再販・アップセル・クロスセルはどれだけあるか？"),
        ("items", "Which customer programs work best?", "가장 효과적인 고객 마케팅 프로그램은?", "最も効果的な顧客プログラムは？"),
        ("Expand", "How often do customers buy again?", "고객은 얼마나 자주 반복 구매하는가?", "顧客はどれほどリピートするか？"),
        ("items", "Which loyalty programs bring the best results?", "최고의 결과를 내는 로열티 프로그램은?",
         "最も成果を上げるロイヤルティプログラムは？"),
        ("Expand", "How much revenue comes from existing customers?", "기존 고객이 만드는 매출은 얼마인가?", "既存顧客からの売上はいくらか？"),
    )),
    ("X05", GUIDE, (
        ("journey", "Who is the tour guide of the journey?", "고객 여정 전체의 책임자는 누구인가?", "ジャーニー全体の責任者は誰か？"),
    )),
)  # fmt: skip


def _questions() -> list[Question]:
    numbered: dict[str, int] = {}
    found = []
    for worksheet, group, asked in _ASKED:
        for sheet, *texts in asked:
            numbered[worksheet] = numbered.get(worksheet, 0) + 1
            found.append(Question(f"{worksheet}.{numbered[worksheet]}", group, (texts[0], texts[1], texts[2]), sheet))
    return found


QUESTIONS = {question.id: question for question in _questions()}
