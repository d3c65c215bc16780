//! Any question → its answer.
//!
//! A kind of question is one module with its answer, and one arm here.

use super::answered::Answered;
use super::collocates::CollocatesAnswer;
use super::count::CountAnswer;
use super::coverage::CoverageAnswer;
use super::define::DefineAnswer;
use super::error::AskError;
use super::first::FirstAnswer;
use super::holdings::Holdings;
use super::keywords::KeywordsAnswer;
use super::kwic::KwicAnswer;
use super::new::NewAnswer;
use super::question::Question;
use super::reports::ReportsAnswer;
use super::search::SearchAnswer;
use super::show::ShowAnswer;
use super::trend::TrendAnswer;

/// An answer.
pub enum Answer<'h> {
    /// Passages.
    Search(Box<SearchAnswer<'h>>),
    /// Lines.
    Kwic(Box<KwicAnswer<'h>>),
    /// Collocates.
    Collocates(Box<CollocatesAnswer>),
    /// Counts.
    Count(Box<CountAnswer<'h>>),
    /// What is characteristic.
    Keywords(Box<KeywordsAnswer<'h>>),
    /// Counts from year to year.
    Trend(Box<TrendAnswer<'h>>),
    /// First appearances.
    First(Box<FirstAnswer<'h>>),
    /// What is new, or has gone.
    New(Box<NewAnswer<'h>>),
    /// Definitions.
    Define(Box<DefineAnswer<'h>>),
    /// Reports.
    Reports(Box<ReportsAnswer<'h>>),
    /// What is held of which region and year.
    Coverage(Box<CoverageAnswer<'h>>),
    /// Passages of one report.
    Show(Box<ShowAnswer<'h>>),
}

impl<'h> Answer<'h> {
    /// What every answer has.
    pub fn common(&self) -> &(dyn Answered + 'h) {
        match self {
            Answer::Search(answer) => &**answer,
            Answer::Kwic(answer) => &**answer,
            Answer::Collocates(answer) => &**answer,
            Answer::Count(answer) => &**answer,
            Answer::Keywords(answer) => &**answer,
            Answer::Trend(answer) => &**answer,
            Answer::First(answer) => &**answer,
            Answer::New(answer) => &**answer,
            Answer::Define(answer) => &**answer,
            Answer::Reports(answer) => &**answer,
            Answer::Coverage(answer) => &**answer,
            Answer::Show(answer) => &**answer,
        }
    }
}

/// Answers a question.
///
/// # Errors
/// When it cannot be understood, names what does not exist, or the index cannot be read.
pub fn answer<'h>(holdings: &'h dyn Holdings, question: &Question) -> Result<Answer<'h>, AskError> {
    Ok(match question {
        Question::Search(question) => {
            Answer::Search(Box::new(SearchAnswer::new(holdings, question)?))
        }
        Question::Kwic(question) => Answer::Kwic(Box::new(KwicAnswer::new(holdings, question)?)),
        Question::Collocates(question) => {
            Answer::Collocates(Box::new(CollocatesAnswer::new(holdings, question)?))
        }
        Question::Count(question) => Answer::Count(Box::new(CountAnswer::new(holdings, question)?)),
        Question::Keywords(question) => {
            Answer::Keywords(Box::new(KeywordsAnswer::new(holdings, question)?))
        }
        Question::Trend(question) => Answer::Trend(Box::new(TrendAnswer::new(holdings, question)?)),
        Question::First(question) => Answer::First(Box::new(FirstAnswer::new(holdings, question)?)),
        Question::New(question) => Answer::New(Box::new(NewAnswer::new(holdings, question)?)),
        Question::Define(question) => {
            Answer::Define(Box::new(DefineAnswer::new(holdings, question)?))
        }
        Question::Reports(question) if question.coverage => {
            Answer::Coverage(Box::new(CoverageAnswer::new(holdings, question)?))
        }
        Question::Reports(question) => {
            Answer::Reports(Box::new(ReportsAnswer::new(holdings, question)?))
        }
        Question::Show(question) => Answer::Show(Box::new(ShowAnswer::new(holdings, question)?)),
    })
}
