"""The words of the report, with the Chinese terms of policy papers beside them."""

from __future__ import annotations

from typing import NamedTuple


class Term(NamedTuple):
    """A word, its Chinese counterpart and its meaning here."""

    english: str
    chinese: str
    meaning: str


GLOSSARY = (
    Term("Matthew effect", "马太效应", "Attention makes attention: who is seen is shown again."),
    Term("Homogenization", "同质化", "Styles converge because creators copy what the feed rewarded."),
    Term("Traffic support", "流量扶持", "Rules that steer impressions to chosen creators."),
    Term("Exposure floor", "保底曝光", "A guaranteed share of the mean impressions for small creators."),
    Term("Newcomer support", "新人扶持", "A boost for the first days of a creator."),
    Term("Impression", "曝光", "One item shown once to one consumer."),
    Term("Slate", "候选池", "The candidates from which the feed chooses."),
    Term("Ranker", "推荐排序", "The rule that scores and orders candidates."),
    Term("Traffic pool", "流量池", "Impressions set aside for a class of items, such as fresh ones."),
    Term("Cold start", "冷启动", "The platform does not know yet how good a new item is."),
    Term("Creator", "创作者", "An account that publishes."),
    Term("Consumer", "消费者", "An account that watches."),
    Term("Head, waist, tail", "头部、腰部、尾部", "Creators by followers: the top 1%, the next 9%, all others."),
    Term("Vertical", "垂类", "A field of content, such as food or games."),
    Term("Style", "内容风格", "Where an item lies in a space of 16 dimensions."),
    Term("Imitation", "模仿跟风", "An item that copies a recent hit."),
    Term("Brand", "品牌商家", "Who sells products, hires creators and runs an account of its own."),
    Term("Brand's own account", "品牌自播号", "An account that a brand runs; nobody lives from it."),
    Term("Live session", "直播", "A broadcast of some hours; goods sell with more urgency than in videos."),
    Term("Deal", "达人合作", "A week's promotion of a product by a creator, for a fee and commission."),
    Term("Fee", "坑位费", "What a brand pays a creator for a week, whatever is sold."),
    Term("Commission", "带货佣金", "The part of the price that goes to the creator who sold."),
    Term("Take rate", "平台抽佣", "The part of the price that goes to the platform."),
    Term("GMV", "商品交易总额", "Gross merchandise value: the price of all that is ordered, returned later or not."),
    Term("Funnel", "转化漏斗", "From impression to click, order and return."),
    Term("Return rate", "退货率", "The share of what is delivered that is sent back."),
    Term("Repurchase", "复购", "An order by somebody who has had goods of the brand before."),
    Term("Trust", "信任", "What a consumer expects promises to be worth, of the platform and of each seller known."),
    Term("Friends' shares", "好友分享", "Items that reach a consumer because a friend has passed them on."),
    Term("Satiation", "审美疲劳", "Consumers tire of what they have just seen."),
    Term("Survival", "留存率", "The share of newcomers who still publish after a time."),
    Term("Gini coefficient", "基尼系数", "Inequality between 0 (all equal) and 1 (one has all)."),
    Term("Lorenz curve", "洛伦兹曲线", "What share of the total the smallest creators hold together."),
    Term("Policy", "政策干预", "A dated rule that changes levers of the platform."),
    Term("Lever", "政策杠杆", "A quantity that a policy can set, such as reserved impressions."),
    Term("Bite", "实际作用强度", "How much of what is shown differs because of the policies."),
    Term("Burn-in", "预热期", "Days before measurement, in which the world finds its course."),
    Term("Seed", "随机种子", "The number from which all chance of a run follows."),
    Term("Replication", "重复实验", "The same scenario under another seed."),
)
