//! `baogao serve`: the local web page.

use super::interrupt::ENDS_BY_ITSELF;
use super::open::{open_or_build, shelved};
use super::{Common, Failure, say, stdout};
use baogao_page::{Options, serve};
use clap::Args;
use std::io::Write;
use std::process::ExitCode;
use std::sync::atomic::Ordering;

/// Arguments of `serve`.
#[derive(Args)]
pub(crate) struct ServeArguments {
    /// Port on 127.0.0.1, 0 for any that is free
    #[arg(long, default_value_t = 7070, value_name = "PORT")]
    port: u16,
    /// Open the page in the browser
    #[arg(long)]
    open: bool,
    /// Answer only browsers that were given the address with the token that is printed: for machines with other users
    #[arg(long)]
    token: bool,
}

pub(crate) fn run(common: &Common, arguments: &ServeArguments) -> Result<ExitCode, Failure> {
    let index = open_or_build(common, false)?;
    ENDS_BY_ITSELF.store(true, Ordering::Relaxed);
    let options = Options {
        port: arguments.port,
        is_opened: arguments.open,
        has_token: arguments.token,
        announce: |address| {
            let mut out = stdout();
            writeln!(out, "{address}")?;
            out.flush()
        },
        say,
    };
    serve(index, shelved(common)?, &options)?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use baogao_engine::ask::KINDS;
    use baogao_page::{Kind, parameters_of};
    use clap::CommandFactory;

    #[test]
    fn every_parameter_is_an_option_or_of_the_page() {
        let program = crate::Arguments::command();
        for kind in KINDS {
            let command = program.find_subcommand(kind).expect("a command");
            let parameters = parameters_of(kind);
            assert!(!parameters.is_empty(), "{kind}");
            for parameter in parameters {
                let name = parameter.name.as_str();
                assert!(!parameter.about.is_empty(), "{kind} {name}");
                let mut options = command.get_arguments();
                let is_option = match parameter.is_words() {
                    true => options.any(clap::Arg::is_positional),
                    false => options.any(|option| option.get_long() == Some(name)),
                };
                assert!(parameter.kind == Kind::Page || is_option, "{kind} {name}");
            }
        }
    }
}
