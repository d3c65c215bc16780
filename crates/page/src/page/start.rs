//! The start page: the search box, three questions to begin with, and what is held.

use super::super::asked::View;
use super::base::Page;
use super::frame::{document, filters, notices, search_box};
use super::reports::coverage_grid;
use crate::reply::Reply;
use baogao_engine::ask::{Answered, CoverageAnswer, ReportsQuestion};
use baogao_render::failure::Failure;
use maud::html;

pub(super) fn page(page: &Page<'_>) -> Result<Reply, Failure> {
    let question = ReportsQuestion {
        coverage: true,
        ..ReportsQuestion::default()
    };
    let held = CoverageAnswer::new(page.index, &question)?;
    let n = page.index.reports().len() as u64;
    let body = html! {
        section.hero {
            h1 { (page.t("政府工作报告全文检索", "Government work reports, searched exactly")) }
            p.lead {
                (page.t(
                    "哪些地区、在哪些年份说过这句话，原文在哪里。",
                    "Which regions said this, in which years, and where exactly.",
                ))
            }
            (search_box(page, true))
            @if !page.held.examples.is_empty() {
                p.examples {
                    (page.t("例如：", "For example: "))
                    @for example in &page.held.examples {
                        a href=(page.asked.link().view(View::Search).with("q", *example).href()) { (example) } " "
                    }
                }
            }
            (filters(page))
        }
        section.coverage {
            h2 {
                (page.t("库中报告", "What is held")) " "
                small { (page.lang.counted(n, "份文本", "text")) }
            }
            @if n == 0 {
                p { (page.t("索引里还没有报告。", "The index holds no report.")) }
            } @else {
                (coverage_grid(page, &held))
                (notices(page, held.notices()))
                p { a href=(page.asked.link().view(View::Reports).href()) { (page.t("报告清单与判定依据", "All reports, and how region and year are known")) " →" } }
                p { a href=(page.asked.link().view(View::New).href()) { (page.t("最近一年的新提法", "What is new in the latest year")) " →" } }
                p { a href=(page.asked.link().view(View::Keywords).href()) { (page.t("某地某年的特征词", "What is characteristic of a region or a year")) " →" } }
            }
        }
    };
    let title = page.t("政府工作报告全文检索", "Government work reports");
    Ok(Reply::html(200, document(page, title, body)))
}
