pub(crate) fn build(_fold: &dyn Fn(&str) -> String) {}
