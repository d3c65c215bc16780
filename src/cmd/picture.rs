//! Pictures of answers in files: SVG, or PNG with a font of this machine.

use super::lang::t;
use super::{Failure, say};
use baogao_render::plot::{N_START, is_ours};
use clap::Args;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Where a picture goes.
#[derive(Args, Clone, Default)]
pub(crate) struct PlotArgument {
    /// Also draw a picture into this file: .svg, or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) plot: Option<PathBuf>,
    /// Replace FILE whatever it is; without this only a picture of this program
    #[arg(long, requires = "plot")]
    force: bool,
}

/// What a picture consists of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Lines,
    Dots,
}

impl Form {
    fn of(file: &Path) -> Result<Form, Failure> {
        let ending = file.extension().and_then(|ending| ending.to_str());
        match ending.map(str::to_ascii_lowercase).as_deref() {
            Some("svg") => Ok(Form::Lines),
            Some("png") if cfg!(feature = "png") => Ok(Form::Dots),
            Some("png") => Err(Failure::usage(
                t!("this program was built without pictures of dots"),
                Some(t!("write an .svg, or build it with the feature `png`").into_owned()),
            )),
            _ => Err(Failure::usage(
                t!(
                    "`%{file}` ends neither in .svg nor in .png",
                    file = file.display()
                ),
                None,
            )),
        }
    }
}

impl PlotArgument {
    /// Refuses a file that cannot be a picture, before anything is asked.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let Some(file) = &self.plot else {
            return Ok(());
        };
        if file.is_dir() {
            let message = t!("`%{file}` is a folder", file = file.display());
            return Err(Failure::usage(message, None));
        }
        Form::of(file)?;
        // A link that leads nowhere is there too.
        if self.force || fs::symlink_metadata(file).is_err() {
            return Ok(());
        }
        let found = fs::metadata(file).ok();
        // A pipe would be waited for.
        let is_file = found.as_ref().is_some_and(fs::Metadata::is_file);
        if is_file && found.is_some_and(|found| found.permissions().readonly()) {
            return Err(Failure::usage(
                t!("`%{file}` is read-only", file = file.display()),
                Some(t!("name another file, or replace it with --force").into_owned()),
            ));
        }
        match !is_file || has_other_contents(file).unwrap_or(true) {
            false => Ok(()),
            true => Err(Failure::usage(
                t!(
                    "`%{file}` is there and is no picture of this program",
                    file = file.display()
                ),
                Some(t!("name another file, or replace it with --force").into_owned()),
            )),
        }
    }

    /// Draws, if a picture is asked for.
    pub(crate) fn draw(
        &self,
        svg: impl FnOnce() -> Result<String, Failure>,
    ) -> Result<(), Failure> {
        let Some(file) = &self.plot else {
            return Ok(());
        };
        let svg = svg()?;
        let bytes = match Form::of(file)? {
            Form::Lines => svg.into_bytes(),
            Form::Dots => dots(&svg)?,
        };
        // It may have come meanwhile.
        self.check()?;
        write_whole(file, &bytes).map_err(|error| {
            let (file, error) = (file.display(), super::lang::cause(&error));
            Failure::usage(
                t!(
                    "`%{file}` cannot be written: %{error}",
                    file = file,
                    error = error
                ),
                None,
            )
        })?;
        say(&t!("picture: `%{file}`", file = file.display()));
        Ok(())
    }
}

/// Whether something stands in a file, and is no picture of this program.
fn has_other_contents(file: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    let opened = fs::File::open(file)?;
    opened.take(N_START as u64).read_to_end(&mut start)?;
    Ok(!start.is_empty() && !is_ours(&start))
}

/// Writes a file beside its place and puts it there when it is whole: a picture that is there stays until then. What has
/// the name of the file beside it already is left as it is.
fn write_whole(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let (part, mut opened) = part_of(file)?;
    let written = opened.write_all(bytes).and_then(|()| opened.sync_all());
    drop(opened);
    let written = written.and_then(|()| fs::rename(&part, file));
    if written.is_err() {
        // What is left of it is of no use; that it cannot be removed says nothing new.
        let _ = fs::remove_file(&part);
    }
    written
}

/// A new file beside another.
fn part_of(file: &Path) -> io::Result<(PathBuf, fs::File)> {
    const N_TRIED: u32 = 100;
    let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
    for n in 0..N_TRIED {
        let name = format!(".baogao-{}-{n}.part", std::process::id());
        let part = file.with_file_name(name);
        match fs::File::create_new(&part) {
            Ok(opened) => return Ok((part, opened)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

#[cfg(feature = "png")]
fn dots(svg: &str) -> Result<Vec<u8>, Failure> {
    use baogao_render::plot::png::{PngError, png};
    png(svg).map_err(|error| match error {
        PngError::NoFont => Failure::usage(
            t!("no font on this machine has Chinese: a .png would show boxes"),
            Some(t!("write an .svg, or install a font such as Noto Sans CJK").into_owned()),
        ),
        PngError::NotDrawn(what) => Failure::usage(
            t!("the picture could not be drawn: %{what}", what = what),
            Some(t!("write an .svg").into_owned()),
        ),
    })
}

#[cfg(not(feature = "png"))]
fn dots(_: &str) -> Result<Vec<u8>, Failure> {
    Err(Failure::usage(
        t!("this program was built without pictures of dots"),
        None,
    ))
}
