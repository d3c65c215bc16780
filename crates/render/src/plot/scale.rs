//! Ticks of an axis, steps of a heat.

/// Steps of a heat; the first is that of the smallest number above 0.
pub(super) const N_STEPS: usize = 6;
/// From light to dark: tones that differ also in grey (relative luminance falls from step to step).
const HEAT: [&str; N_STEPS] = [
    "#deebf7", "#b9d3ea", "#8ab6da", "#5693c5", "#2a6aa8", "#0b3c75",
];

/// Round numbers from 0 to at least `most`, about `n` of them.
pub(super) fn ticks(most: f64, n: usize) -> Vec<f64> {
    if !(most > 0.0 && most.is_finite()) {
        return vec![0.0, 1.0];
    }
    let rough = most / n.max(1) as f64;
    let power = 10f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0].map(|step| step * power);
    let step = steps.into_iter().find(|step| *step >= rough * 0.999);
    let step = step.unwrap_or(power * 10.0);
    let last = (most / step - 1e-9).ceil().max(1.0) as usize;
    (0..=last).map(|at| at as f64 * step).collect()
}

/// The same of things that are counted: whole numbers.
pub(super) fn whole_ticks(most: f64, n: usize) -> Vec<f64> {
    let mut ticks = ticks(most.max(1.0), n);
    ticks.retain(|tick| (tick - tick.round()).abs() < 1e-9);
    ticks
}

/// A tick as it is written: as few digits as all of them need.
pub(super) fn written(tick: f64) -> String {
    if tick.abs() >= 10_000.0 {
        return super::super::terminal::number(tick.round().max(0.0) as u64);
    }
    let text = format!("{tick:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The fill of a number, and whether text on it is light; 0 is white.
pub(super) fn tone(value: f64, most: f64) -> (&'static str, bool) {
    if value <= 0.0 || most <= 0.0 {
        return ("#ffffff", false);
    }
    let step = ((value / most * N_STEPS as f64).ceil() as usize).clamp(1, N_STEPS) - 1;
    (HEAT.get(step).copied().unwrap_or("#ffffff"), step >= 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_reach_the_most() {
        for most in [0.03, 0.7, 1.0, 3.0, 9.9, 10.0, 47.0, 1234.5, 2.5e6] {
            let ticks = ticks(most, 5);
            let last = ticks.last().copied().expect("there are ticks");
            assert!(last >= most * 0.999, "{most}: {ticks:?}");
            assert!((3..=8).contains(&ticks.len()), "{most}: {ticks:?}");
        }
        assert_eq!(ticks(9.9, 5), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(whole_ticks(2.0, 5), [0.0, 1.0, 2.0]);
    }

    #[test]
    fn a_nought_is_white_and_the_most_is_dark() {
        assert_eq!(tone(0.0, 3.0), ("#ffffff", false));
        assert_eq!(tone(3.0, 3.0), (HEAT[N_STEPS - 1], true));
        assert_eq!(tone(0.001, 3.0), (HEAT[0], false));
    }
}
