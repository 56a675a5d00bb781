// SPDX-License-Identifier: Apache-2.0
#include "gui/view/theme.h"

#include <QApplication>
#include <QPainter>
#include <QPalette>
#include <QProxyStyle>
#include <QSettings>
#include <QStyleOption>

namespace assay::gui {

namespace {

chart::Theme theme_now = chart::Theme::light;

/// Asked for the first time before anything is applied.
chart::Theme first_desktop_theme() {
  static const chart::Theme theme = desktop_theme();
  return theme;
}

QColor mixed(const QColor& a, const QColor& b, double share) {
  const auto part = [&](int x, int y) { return static_cast<int>(x + (y - x) * share); };
  return {part(a.red(), b.red()), part(a.green(), b.green()), part(a.blue(), b.blue())};
}

/// Fusion, with room between the columns of tables.
class Style : public QProxyStyle {
 public:
  Style() : QProxyStyle("Fusion") {}
  int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override {
    if (metric == PM_FocusFrameHMargin || metric == PM_HeaderMargin) return 7;
    return QProxyStyle::pixelMetric(metric, option, widget);
  }
  /// Fusion's rims are shades of the ground, which nobody sees on a dark one (WCAG 2.2, 1.4.11).
  void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override {
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    if (element == PE_IndicatorCheckBox) draw_rim(painter, option->rect);
  }
  void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                          const QWidget* widget) const override {
    QProxyStyle::drawComplexControl(control, option, painter, widget);
    if (control == CC_Slider)
      draw_rim(painter, subControlRect(CC_Slider, option, SC_SliderHandle, widget).adjusted(1, 1, -1, -1));
  }

 private:
  static void draw_rim(QPainter* painter, const QRect& box) {
    painter->save();
    painter->setPen(QPen(QColor::fromRgb(chart::colour(chart::Role::muted, theme_now)), 1));
    painter->setBrush(Qt::NoBrush);
    painter->drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
    painter->restore();
  }
};

}  // namespace

chart::Theme current_theme() { return theme_now; }

chart::Theme desktop_theme() {
  const QPalette palette = QApplication::palette();
  return palette.color(QPalette::Window).lightness() < 128 ? chart::Theme::dark : chart::Theme::light;
}

ThemeChoice theme_choice() {
  const QString kept = QSettings().value("theme").toString();
  return kept == "dark" ? ThemeChoice::dark : kept == "light" ? ThemeChoice::light : ThemeChoice::desktop;
}

void choose_theme(ThemeChoice choice) {
  const chart::Theme desktop = first_desktop_theme();
  apply_theme(choice == ThemeChoice::desktop ? desktop
              : choice == ThemeChoice::dark  ? chart::Theme::dark
                                             : chart::Theme::light);
  QSettings().setValue("theme", choice == ThemeChoice::desktop ? "auto"
                                : choice == ThemeChoice::dark  ? "dark"
                                                               : "light");
}

ThemeChoice next_choice(ThemeChoice choice) {
  const bool dark = first_desktop_theme() == chart::Theme::dark;
  const ThemeChoice same = dark ? ThemeChoice::dark : ThemeChoice::light;
  const ThemeChoice other = dark ? ThemeChoice::light : ThemeChoice::dark;
  return choice == ThemeChoice::desktop ? other : choice == other ? same : ThemeChoice::desktop;
}

QColor role_colour(chart::Role role) { return QColor::fromRgb(chart::colour(role, theme_now)); }

void apply_theme(chart::Theme theme) {
  using chart::Role;
  (void)first_desktop_theme();
  theme_now = theme;
  QApplication::setStyle(new Style);
  const QColor ground = role_colour(Role::background);
  const QColor text = role_colour(Role::foreground);
  const QColor muted = role_colour(Role::muted);
  const QColor accent = role_colour(Role::accent);
  const QColor window = mixed(ground, text, 0.05);
  QPalette palette;
  palette.setColor(QPalette::Window, window);
  palette.setColor(QPalette::WindowText, text);
  palette.setColor(QPalette::Base, ground);
  palette.setColor(QPalette::AlternateBase, mixed(ground, text, 0.03));
  palette.setColor(QPalette::Text, text);
  palette.setColor(QPalette::PlaceholderText, muted);
  palette.setColor(QPalette::Button, window);
  palette.setColor(QPalette::ButtonText, text);
  palette.setColor(QPalette::BrightText, role_colour(Role::bad));
  palette.setColor(QPalette::Link, accent);
  palette.setColor(QPalette::LinkVisited, accent);
  palette.setColor(QPalette::ToolTipBase, ground);
  palette.setColor(QPalette::ToolTipText, text);
  // A selected row keeps its letters' colours: its ground is a shade of the accent, and no darker on white
  // than leaves them 4.5:1.
  palette.setColor(QPalette::Highlight, mixed(ground, accent, theme == chart::Theme::light ? 0.11 : 0.22));
  palette.setColor(QPalette::HighlightedText, text);
  palette.setColor(QPalette::Light, mixed(ground, text, 0.02));
  palette.setColor(QPalette::Midlight, mixed(ground, text, 0.08));
  palette.setColor(QPalette::Mid, mixed(ground, text, 0.2));
  palette.setColor(QPalette::Dark, mixed(ground, text, 0.3));
  palette.setColor(QPalette::Shadow, mixed(ground, text, 0.5));
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
    palette.setColor(QPalette::Disabled, role, mixed(ground, muted, 0.75));
  QApplication::setPalette(palette);
}

}  // namespace assay::gui
