//! `baogao generate`: manual pages and completions, from the same definitions as the program itself.

use super::{Failure, stdout};
use crate::cmd::lang::{self, t};
use clap::{Args, Command, ValueEnum};
use clap_complete::Shell;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `generate`.
#[derive(Args)]
pub(crate) struct GenerateArguments {
    /// What to write
    what: What,
    /// Write into this folder: a manual page for each command
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// The manual page (roff)
    Man,
    /// Completions for bash
    Bash,
    /// Completions for zsh
    Zsh,
    /// Completions for fish
    Fish,
}

pub(crate) fn run(
    mut program: Command,
    arguments: &GenerateArguments,
) -> Result<ExitCode, Failure> {
    let name = program.get_name().to_owned();
    let (shell, file) = match arguments.what {
        What::Man => return manual(&program, arguments),
        What::Bash => (Shell::Bash, format!("{name}.bash")),
        What::Zsh => (Shell::Zsh, format!("_{name}")),
        What::Fish => (Shell::Fish, format!("{name}.fish")),
    };
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut program, name, &mut text);
    match &arguments.to {
        Some(folder) => write_file(folder, &file, &text)?,
        None => stdout().write_all(&text)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The page of the program, and in a folder those of its commands.
fn manual(program: &Command, arguments: &GenerateArguments) -> Result<ExitCode, Failure> {
    let page = |command: &Command| -> Result<Vec<u8>, Failure> {
        let mut text = Vec::new();
        clap_mangen::Man::new(command.clone()).render(&mut text)?;
        Ok(text)
    };
    let Some(folder) = &arguments.to else {
        stdout().write_all(&page(program)?)?;
        return Ok(ExitCode::SUCCESS);
    };
    let name = program.get_name();
    write_file(folder, &format!("{name}.1"), &page(program)?)?;
    for command in program
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
    {
        let full = format!("{name}-{}", command.get_name());
        // clap wants names for the life of the program; a manual is written once.
        let named = command.clone().name(&*full.clone().leak());
        write_file(folder, &format!("{full}.1"), &page(&named)?)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn write_file(folder: &std::path::Path, name: &str, text: &[u8]) -> Result<(), Failure> {
    let path = folder.join(name);
    let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, text));
    written.map_err(|error| {
        Failure::usage(
            t!(
                "`%{a}` cannot be written: %{error}",
                a = path.display(),
                error = lang::cause(&error)
            ),
            None,
        )
    })
}
