// Text to words, one line at a time.
#include "apps/explorer/lexer.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace skew::explorer {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
// Letters of other alphabets may stand in names: every byte of a multi-byte character counts as a letter.
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80); }
bool begins_character(char c) { return (c & 0xc0) != 0x80; }

constexpr std::array<std::string_view, 36> signs{
    "**=", "//=", "...", "**", "//", "+=", "-=", "*=", "/=", "@=", "==", "!=", "<=", ">=", "->", "+", "-", "*",
    "/",   "@",   "%",   "(",  ")",  "[",  "]",  "{",  "}",  ",",  ":",  ".",  ";",  "=",  "<",  ">", "~", "!"};
// Signs of books, as the table writes its rules: what is read there can be typed.
struct BookSign {
  std::string_view sign, means;
};
constexpr std::array<BookSign, 6> book_signs{
    {{"·", "*"}, {"×", "*"}, {"−", "-"}, {"²", "**2"}, {"³", "**3"}, {"ᵀ", ".T"}}};
constexpr size_t deepest = 100;  // of brackets and of indentation

class Lexer {
 public:
  Lexer(std::string_view text, std::string_view source, Place from) : text_(text), source_(source), place_(from) {}

  std::vector<Token> program() {
    if (text_.size() > longest_program)
      wrong(text("the program is longer than ", longest_program, " bytes; show a part of it"));
    while (at_ < text_.size()) line();
    if (!brackets_.empty()) fail(source_, brackets_.back(), "this bracket is never closed");
    if (!out_.empty() && out_.back().kind != TokenKind::line_end) add(TokenKind::line_end, "");
    while (indents_.size() > 1) pop_indent();
    add(TokenKind::end, "");
    return std::move(out_);
  }

  std::vector<Token> expression() {
    while (at_ < text_.size()) token();
    if (!brackets_.empty()) fail(source_, brackets_.back(), "this bracket is never closed");
    add(TokenKind::line_end, "");
    add(TokenKind::end, "");
    return std::move(out_);
  }

 private:
  [[noreturn]] void wrong(const std::string& reason) const { fail(source_, place_, reason); }
  char now(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void advance(size_t bytes = 1) {
    for (; bytes > 0; --bytes) {
      const char c = text_[at_++];
      if (c == '\n') place_ = {place_.line + 1, 1};
      else if (begins_character(c)) ++place_.column;
    }
  }

  void add(TokenKind kind, std::string words, Place place) {
    out_.push_back({kind, std::move(words), 0, false, place});
  }
  void add(TokenKind kind, std::string words) { add(kind, std::move(words), place_); }

  void pop_indent() {
    indents_.pop_back();
    add(TokenKind::dedent, "");
  }

  // Blanks at the start of a line against those of the lines above it.
  void indentation() {
    size_t width = 0;
    for (; now() == ' ' || now() == '\t'; advance()) width += now() == '\t' ? 8 - width % 8 : 1;
    if (now() == '\n' || now() == '\r' || now() == '#' || at_ == text_.size()) return;  // an empty line says nothing
    if (width > indents_.back()) {
      if (indents_.size() > deepest) wrong("blocks within blocks, more than a hundred deep");
      indents_.push_back(width);
      add(TokenKind::indent, "");
    }
    while (width < indents_.back()) pop_indent();
    if (width != indents_.back()) wrong("this line is indented like none of the blocks above it");
  }

  void line() {
    indentation();
    while (at_ < text_.size() && (now() != '\n' || !brackets_.empty())) token();
    if (!out_.empty() && out_.back().kind != TokenKind::line_end && out_.back().kind != TokenKind::indent &&
        out_.back().kind != TokenKind::dedent)
      add(TokenKind::line_end, "");
    if (at_ < text_.size()) advance();
  }

  void token() {
    const char c = now();
    if (c == ' ' || c == '\t' || c == '\r' || (c == '\n' && !brackets_.empty())) return advance();
    if (c == '\\' && (now(1) == '\n' || (now(1) == '\r' && now(2) == '\n'))) return advance(now(1) == '\n' ? 2 : 3);
    if (c == '#') {
      while (at_ < text_.size() && now() != '\n') advance();
      return;
    }
    if (is_digit(c) || (c == '.' && is_digit(now(1)))) return number();
    if (c == '"' || c == '\'') return string(TokenKind::string, 0);
    if ((c == 'f' || c == 'F') && (now(1) == '"' || now(1) == '\'')) return string(TokenKind::format, 1);
    if ((c == 'r' || c == 'R') && (now(1) == '"' || now(1) == '\'')) return string(TokenKind::string, 1);
    if (const BookSign* b = book_sign()) return from_book(*b);
    if (is_letter(c)) return name();
    sign();
  }

  const BookSign* book_sign() const {
    for (const BookSign& b : book_signs)
      if (text_.substr(at_, b.sign.size()) == b.sign) return &b;
    return nullptr;
  }
  void from_book(const BookSign& b) {
    const std::string_view means = b.means;
    if (means.starts_with("**") && means.size() > 2) {
      add(TokenKind::sign, "**");
      out_.push_back({TokenKind::number, std::string(means.substr(2)), double(means[2] - '0'), true, place_});
    } else if (means == ".T") {
      add(TokenKind::sign, ".");
      add(TokenKind::name, "T");
    } else {
      add(TokenKind::sign, std::string(means));
    }
    advance(b.sign.size());
  }

  void name() {
    const Place place = place_;
    const size_t first = at_;
    while ((is_letter(now()) && !book_sign()) || is_digit(now())) advance();
    add(TokenKind::name, std::string(text_.substr(first, at_ - first)), place);
  }

  void number() {
    const Place place = place_;
    const size_t first = at_;
    bool whole = true;
    const auto digits = [&] {
      while (is_digit(now()) || now() == '_') advance();
    };
    digits();
    if (now() == '.') {
      whole = false;
      advance();
      digits();
    }
    if ((now() == 'e' || now() == 'E') &&
        (is_digit(now(1)) || ((now(1) == '+' || now(1) == '-') && is_digit(now(2))))) {
      whole = false;
      advance(2);
      digits();
    }
    std::string words(text_.substr(first, at_ - first));
    std::erase(words, '_');
    if (words.starts_with('.')) words = "0" + words;
    // "1.e5" and "1." are numbers in Python
    if (const size_t point = words.find('.');
        point != words.npos && (point + 1 == words.size() || !is_digit(words[point + 1])))
      words.insert(point + 1, "0");
    if (const size_t plus = words.find("e+"); plus != words.npos) words.erase(plus + 1, 1);
    const std::optional<double> value = parse_number(words);
    if (value && is_letter(now()) && !book_sign())
      fail(source_, place,
           text("'", words, std::string(1, now()), "' is no number; a product is written ", words, "*…"));
    if (!value) fail(source_, place, text("'", words, now() ? std::string(1, now()) : "", "' is no number"));
    out_.push_back({TokenKind::number, words, *value, whole, place});
  }

  void string(TokenKind kind, size_t prefix) {
    const Place place = place_;
    advance(prefix);
    const char quote = now();
    const bool triple = now(1) == quote && now(2) == quote;
    advance(triple ? 3 : 1);
    std::string words;
    const auto closes = [&] { return now() == quote && (!triple || (now(1) == quote && now(2) == quote)); };
    while (!closes()) {
      if (at_ >= text_.size() || (now() == '\n' && !triple)) fail(source_, place, "this text is never closed");
      if (now() == '\\' && at_ + 1 < text_.size()) {
        advance();
        if (now() == 'n') words += '\n';
        else if (now() == 't') words += '\t';
        else words += now();
      } else {
        words += now();
      }
      advance();
    }
    advance(triple ? 3 : 1);
    add(kind, std::move(words), place);
  }

  void sign() {
    for (const std::string_view sign : signs) {
      if (text_.substr(at_, sign.size()) != sign) continue;
      if (sign == "(" || sign == "[" || sign == "{") open();
      if (sign == ")" || sign == "]" || sign == "}") close(sign[0]);
      add(TokenKind::sign, std::string(sign));
      return advance(sign.size());
    }
    if (now() == '^') wrong("'^' means nothing here; a power is `**`, as in x**2");
    wrong(text("'", now(), "' means nothing here"));
  }
  void open() {
    if (brackets_.size() >= deepest) wrong("brackets within brackets, more than a hundred deep");
    brackets_.push_back(place_);
    open_ += now();
  }
  void close(char c) {
    if (brackets_.empty()) wrong(text("'", c, "' closes nothing"));
    const char opened = open_.back(), wanted = opened == '(' ? ')' : char(opened + 2);
    if (c != wanted) wrong(text("'", c, "' closes a '", opened, "'; expected '", wanted, "'"));
    brackets_.pop_back();
    open_.pop_back();
  }

  std::string_view text_, source_;
  Place place_;
  size_t at_ = 0;
  std::vector<Token> out_;
  std::vector<size_t> indents_{0};
  std::vector<Place> brackets_;
  std::string open_;
};

}  // namespace

std::vector<Token> tokens(std::string_view program) { return Lexer(program, program, {}).program(); }
std::vector<Token> tokens(std::string_view part, std::string_view source, Place from) {
  return Lexer(part, source, from).expression();
}

std::string words_of(const Token& token) {
  switch (token.kind) {
    case TokenKind::line_end: return "the end of the line";
    case TokenKind::end: return "the end of the program";
    case TokenKind::indent: return "an indented line";
    case TokenKind::dedent: return "the end of the block";
    case TokenKind::string:
    case TokenKind::format: return "a text";
    default: return "'" + token.words + "'";
  }
}

}  // namespace skew::explorer
