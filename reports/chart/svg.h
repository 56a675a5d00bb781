// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/chart/palette.h"
#include "reports/chart/scene.h"

namespace assay::chart {

struct SvgOptions {
  enum class Colours : unsigned char {
    automatic,  ///< the reader's preference; a page may set the variables --chart-* itself
    light,
    dark,
  };
  Colours colours = Colours::automatic;
  std::string prefix = "chart";  ///< of ids: letters and digits, another one for each picture on a page
  bool style = true;             ///< false: the page carries svg_style() once
  bool ground = true;            ///< paints the background
  double top = 0;                ///< of a picture within another: how far down it begins
};

/// A standalone picture: no script, no link, no font but the reader's. Whatever the scene's texts hold, they
/// come out as text. Equal scenes give equal bytes.
std::string svg(const Scene& scene, const SvgOptions& options = {});

/// Several, one below the other, as one picture.
std::string svg_column(const std::vector<Scene>& scenes);

/// The content of a <style> element for pictures of svg().
std::string svg_style(SvgOptions::Colours colours);

/// Text for XML and HTML, in elements and in quoted attributes: cleaned (label.h), with &, <, >, " and '
/// escaped.
std::string escaped(std::string_view text);

}  // namespace assay::chart
