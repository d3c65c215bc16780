//! Headings as a table orders them.
//!
//! In: the headings above a passage. Out: a key that stands where its section stands in a report.

use baogao_reading::ingest::heading_number;
use std::cmp::Ordering;
use std::ops::Deref;

/// Headings, outermost first. They are ordered by their numbers, 二 before 十; those without a number come last.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Headings(pub Vec<String>);

impl Deref for Headings {
    type Target = Vec<String>;

    fn deref(&self) -> &Vec<String> {
        &self.0
    }
}

impl Ord for Headings {
    fn cmp(&self, other: &Headings) -> Ordering {
        let place = |heading: &'_ String| heading_number(heading).unwrap_or(u32::MAX);
        let pairs = self.iter().zip(other.iter());
        let orders = pairs.map(|(a, b)| place(a).cmp(&place(b)).then_with(|| a.cmp(b)));
        let differs = orders.into_iter().find(|order| order.is_ne());
        differs.unwrap_or_else(|| self.len().cmp(&other.len()))
    }
}

impl PartialOrd for Headings {
    fn partial_cmp(&self, other: &Headings) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::Headings;

    #[test]
    fn headings_stand_as_in_a_report() {
        let order: [&[&str]; 7] = [
            &[],
            &["一、回顾"],
            &["一、回顾", "（二）民生"],
            &["一、回顾", "（十）改革"],
            &["二、安排", "2.工业"],
            &["二、安排", "11.农业"],
            &["名词解释"],
        ];
        let order = order.map(|names| Headings(names.iter().map(|&name| name.into()).collect()));
        assert!(order.is_sorted(), "{order:?}");
    }
}
