// skew loss as a person runs it: the numbers of the design's tables, the files, the refusals.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "apps/report/number_text.h"
#include "core/registry.h"
#include "losses/table/loss_table.h"
#include "tests/apps/cli/run_program.h"
#include "tests/apps/report/xml_check.h"

using namespace skew;
using Catch::Matchers::Contains;
using Json = nlohmann::json;

namespace {

std::vector<Json> lines(const Outcome& o) {
  std::vector<Json> all;
  std::istringstream in(o.out);
  for (std::string line; std::getline(in, line);) all.push_back(Json::parse(line));
  return all;
}

}  // namespace

TEST_CASE("eval reproduces the table of RAL to the digits shown") {
  const ScratchFolder folder;
  struct Row {
    double x;
    const char *positive, *positive_dx, *negative, *negative_dx;
  };
  const Row rows[] = {{-6, "6.24877439", "-1.00121189", "0", "0"},
                      {-3, "3.23026006", "-1.01498276", "0", "0"},
                      {-1, "1.25026142", "-0.893783747", "3.63480491e-05", "0.000224871707"},
                      {0, "0.505647181", "-0.5625", "0.00582232521", "0.0232642463"},
                      {1, "0.134732126", "-0.20452222", "0.119332111", "0.255711048"},
                      {3, "0.0039729952", "-0.00760556978", "1.07668077", "0.477913621"},
                      {6, "1.07043127e-05", "-2.13607352e-05", "1.71950868", "0.0483193621"}};
  const Outcome o = skew_in(folder, "loss eval --loss ral --x -6,-3,-1:1:3 3 6 --y both --json");
  CHECK(o.code == 0);
  const std::vector<Json> all = lines(o);
  REQUIRE(all.size() == 14);
  for (size_t i = 0; i < 7; ++i) {
    const Json &negative = all[i], &positive = all[i + 7];
    CHECK(negative["x"] == rows[i].x);
    CHECK(positive["y"] == 1);
    const auto digits = [](const Json& v) { return report::significant(v.get<double>(), 9); };
    CHECK(digits(positive["value"]) == rows[i].positive);
    CHECK(digits(positive["dx"]) == rows[i].positive_dx);
    CHECK(digits(negative["value"]) == rows[i].negative);
    CHECK(digits(negative["dx"]) == rows[i].negative_dx);
  }
}

TEST_CASE("eval shows the factors, and they make the value") {
  const ScratchFolder folder;
  const Json l =
      lines(skew_in(folder, "loss eval --loss ral --p .9 --y 0 --set lambda=1.2 --set gamma_neg=3 --json"))[0];
  for (const char* key : {"loss", "x", "y", "p", "value", "dp", "dx", "d2x", "q", "r", "A", "B", "hill", "w"}) {
    INFO(key);
    CHECK(l.contains(key));
  }
  const double p = l["p"], q = l["q"];
  CHECK(p == Approx(.9));
  CHECK(l["hill"].get<double>() == Approx((1.2 - p) * p * p * (1.2 - q)));
  CHECK(l["w"].get<double>() == Approx(std::pow(l["r"].get<double>(), 3)));
  CHECK(l["value"].get<double>() == Approx(-l["B"].get<double>() * l["hill"].get<double>() * l["w"].get<double>()));
  CHECK(l["dp"].get<double>() == Approx(l["dx"].get<double>() / (p * (1 - p))));
  const Outcome table = skew_in(folder, "loss eval --loss ral-paper,bce --p .1:.9:3 --y 0,.5,1");
  CHECK(table.code == 0);
  CHECK_THAT(table.out,
             Contains("form=paper") && Contains("bce(pos_weight=1)") && Contains("d²/dx²") && Contains("hill"));
}

TEST_CASE("every factor that eval shows stands in the formula that show prints") {
  const ScratchFolder folder;
  for (const std::string name : {"ral", "ral-paper", "asl", "apl", "hill", "focal"}) {
    const std::string show = skew_in(folder, "loss show " + name).out;
    const Json line = lines(skew_in(folder, "loss eval --loss " + name + " --p .9 --y 0 --json"))[0];
    const std::set<std::string> of_every_loss = {"loss", "x", "y", "p", "p_t", "value", "dp", "dx", "d2x"};
    for (const auto& [key, value] : line.items()) {
      INFO(name << ' ' << key << '\n' << show);
      if (!of_every_loss.contains(key)) CHECK(show.find(key + " = ") != show.npos);
    }
  }
}

TEST_CASE("what a clip does is what the table below it shows: at p = m a cost, below it none") {
  const ScratchFolder folder;
  for (const std::string name : {"ral", "asl", "apl"}) {
    const std::string show = skew_in(folder, "loss show " + name).out;
    CHECK_THAT(show, Contains("negatives with p < m cost"));
    CHECK(lines(skew_in(folder, "loss eval --loss " + name + " --p .0499 --y 0 --json"))[0]["value"] == 0);
  }
}

TEST_CASE("settings that are checked against each other come in any order") {
  const ScratchFolder folder;
  const std::string eval = "loss eval --loss distribution_balanced --x 1 --json";
  const Outcome a = skew_in(folder, eval + " --set class_freq=30 --set train_num=100");
  const Outcome b = skew_in(folder, eval + " --set train_num=100 --set class_freq=30");
  CHECK(a.code == 0);
  CHECK(a.out == b.out);
}

TEST_CASE("list and show") {
  const ScratchFolder folder;
  const Outcome list = skew_in(folder, "loss list"), show = skew_in(folder, "loss show ral-paper --set lambda=1.25");
  CHECK_THAT(list.out, Catch::Matches("(.|\n)*\ncross_entropy +one(.|\n)*") && !Contains("arXiv"));
  CHECK_THAT(skew_in(folder, "loss list --verbose").out, Contains("2308.05542"));
  CHECK_THAT(list.out, Contains("ral with form=paper") && Catch::Matches("(.|\n)*\ntwoway +many +two_way(.|\n)*") &&
                           !Contains("…"));
  CHECK_THAT(show.out, Contains("lambda           1.25") && Contains("form             paper") && Contains("(> 1)") &&
                           Catch::Matches("(.|\n)*\\(true\\s+or\\s+false\\)(.|\n)*") &&
                           Contains("the public code multiplies", Catch::CaseSensitive::No) &&
                           Contains("mislabelled?") && Contains("⣀") && Contains("0.999"));
  CHECK_THAT(skew_in(folder, "loss show ral --latex").out, Contains("(\\lambda-p)\\,p^2(\\lambda-q)"));
  CHECK_THAT(show.out, Contains("(1−y)·B·hill]·w") && Contains("hill = λ−p,") && !Contains("p²·(λ−q)"));
  CHECK_THAT(skew_in(folder, "loss show ral --set form=paper --latex").out, Contains("B\\,(\\lambda-p)\\bigr]"));
  const Outcome coupled = skew_in(folder, "loss show cross_entropy");
  CHECK(coupled.code == 0);
  CHECK_THAT(coupled.out, Contains("label_smoothing") && Contains("next: skew loss check --loss cross_entropy"));
  const std::string balanced = "loss show class_balanced --set base=";
  CHECK_THAT(skew_in(folder, balanced + "bce").out, Contains("labels   each class is present or not"));
  CHECK_THAT(skew_in(folder, balanced + "cross_entropy").out, Contains("labels   one class an example\n"));
}

TEST_CASE("plot prints the peaks and writes figures with their numbers") {
  const ScratchFolder folder;
  const Outcome o = skew_in(folder, "loss plot --loss ral-paper,ral,bce --y 0 --of grad,value --x logit=-8:8:81 -o c");
  CHECK(o.code == 0);
  CHECK_THAT(o.out, Contains("ral-paper  0         0.361  p = .87") &&
                        Contains("ral        0         0.558  p = .91") && Contains("p → 1") && Contains("⣀"));
  const std::string svg = contents_of(folder.path() / "c/grad_y0.svg"),
                    csv = contents_of(folder.path() / "c/curves.csv");
  CHECK(xml_fault(svg) == "");
  CHECK_THAT(svg,
             Contains(">ral-paper</text>") && Contains(">.361 at x = 1.87</text>") && Contains(">1 at p → 1</text>"));
  CHECK_THAT(svg, Contains(">hard</text>") && Contains(">mislabelled?</text>"));
  CHECK_THAT(contents_of(folder.path() / "c/value_y0.csv"), Contains("curve,logit x,ℓ\nral-paper,-8,0"));
  CHECK_THAT(csv, Contains("loss,y,x,p,value,dx,d2x,weight\nral-paper,0,-8,"));
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 1 + 3 * 81);
  CHECK_THAT(contents_of(folder.path() / "c/table.tex"), Contains("\\begin{tabular}") && Contains("$0.558$ & $.91$"));
}

TEST_CASE("a sweep draws one curve a value, other losses once; p_t turns the axis of negatives") {
  const ScratchFolder folder;
  const Outcome o = skew_in(folder, "loss plot --loss bce,ral --sweep lambda=1.1:2:2 --x pt --y 0 -o c");
  CHECK(o.code == 0);
  CHECK_THAT(o.out, Contains("ral lambda=1.1") && Contains("ral lambda=2") && Contains("p_t = 1−p"));
  const std::string csv = contents_of(folder.path() / "c/grad_y0.csv");
  CHECK_THAT(csv, Contains("bce,0.0025,0.9975"));  // at p_t = .0025 a negative has p = .9975
  CHECK(csv.find("bce lambda") == std::string::npos);
}

TEST_CASE("proper gives the optimal p, its inverse, and says where training settles elsewhere") {
  const ScratchFolder folder;
  const Outcome o = skew_in(folder, "loss proper --loss ral,bce --rates .01,.1,.5 --json -o p");
  CHECK(o.code == 0);
  const std::vector<Json> all = lines(o);
  REQUIRE(all.size() == 6);
  const char* expected[] = {".422", ".562", ".715", ".010", ".100", ".500"};
  for (size_t i = 0; i < 6; ++i) {
    CHECK(report::share(all[i]["p"].get<double>()) == expected[i]);
    CHECK(all[i]["rate_of_p"].get<double>() == Approx(all[i]["rate"].get<double>()).epsilon(1e-4));
  }
  CHECK(xml_fault(contents_of(folder.path() / "p/proper.svg")) == "");
  CHECK_THAT(contents_of(folder.path() / "p/proper.csv"), Contains("loss,rate,p,logit,p_low,p_high,at_end"));
  CHECK_THAT(contents_of(folder.path() / "p/inverse.csv"),
             Contains("loss,p,rate,rate_training\n") && Contains("\nbce,0.5,0."));
  CHECK_THAT(skew_in(folder, "loss proper --loss asl").out, Contains("asl trained") && Contains("where it rests"));
}

TEST_CASE("budget and heat") {
  const ScratchFolder folder;
  for (const Json& l : lines(skew_in(folder, "loss budget --loss bce --prior .01,.2 --classes 3 --json")))
    CHECK(l["negative_share"].get<double>() == Approx(.5));
  const Outcome untrained = skew_in(folder, "loss budget --loss bce,ral --prior .05 --auroc untrained");
  CHECK_THAT(untrained.out, Contains(".950") && Contains("standard normal"));
  const Outcome o = skew_in(folder, "loss heat --loss ral --over lambda=1.1:2:3,clip=0:.3:4 --of peak-grad -o h");
  CHECK(o.code == 0);
  CHECK_THAT(o.out, Contains("peak |∂ℓ/∂x| of negatives: least ") && Contains("lambda 1.1, clip 0.3"));
  CHECK(xml_fault(contents_of(folder.path() / "h/heat.svg")) == "");
  const std::string csv = contents_of(folder.path() / "h/heat.csv");
  CHECK_THAT(csv, Contains("lambda,clip,peak-grad\n1.1,0,"));
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 13);
  for (const char* of : {"peak-p", "budget"})
    CHECK(skew_in(folder, std::string("loss heat --loss ral --over lambda=1.1:2:2,clip=0:.3:2 --of ") + of).code == 0);
}

TEST_CASE("a heat map without --over takes two numbers that change it, and says which") {
  const ScratchFolder folder;
  const Outcome o = skew_in(folder, "loss heat --loss ral -o h");
  CHECK(o.code == 0);
  CHECK_THAT(o.out, Contains("--over was not given: gamma_neg=0:8:25,clip=0:0.1:25"));
  CHECK_THAT(contents_of(folder.path() / "h/heat.csv"), Contains("gamma_neg,clip,peak-grad\n"));
  CHECK_THAT(skew_in(folder, "loss heat --loss ral --y 1 -o h").out, Contains("gamma_pos=") && !Contains("clip="));
  const Outcome one = skew_in(folder, "loss heat --loss bce -o b");
  CHECK(one.code == 2);
  CHECK_THAT(one.err, Contains("--over: bce has no two numbers that change this"));
}

TEST_CASE("check examines every loss and finds nothing wrong") {
  const ScratchFolder folder;
  const Outcome o = skew_in(folder, "loss check --loss all --json");
  CHECK(o.code == 0);
  size_t checked = 0;
  for (const Json& l : lines(o)) {
    INFO(l.dump());
    CHECK(l["ok"] == true);
    // class_balanced and partial_selective are made of other losses and have no op whose samples add to the count
    CHECK(l["derivatives"] > (registered_ops().contains(find_loss(l["loss"].get<std::string>()).name) ? 300 : 280));
    ++checked;
  }
  CHECK(checked >= 14);
  CHECK_THAT(skew_in(folder, "loss check --loss ral-paper --dtype f32").out,
             Contains("ral-paper  f32") && Contains("all."));
}

TEST_CASE("what makes no sense is refused with the reason and the next step, exit 2") {
  const ScratchFolder folder;
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"shw", "unknown command 'loss shw'; did you mean 'loss show'?"},
      {"eval ral --x 0", "unexpected word 'ral'; did you mean --loss ral? see `skew loss eval --help`"},
      {"eval more --loss ral --x 0", "unexpected word 'more'; see `skew loss eval --help`"},
      {"show focall", "unknown loss 'focall'; did you mean 'focal'?"},
      {"eval --loss ral --x 0 --set lamda=2", "unknown parameter of ral 'lamda'; did you mean 'lambda'?"},
      {"eval --loss ral,bce --x 0 --set lamda=2", "unknown parameter of the chosen losses 'lamda'"},
      {"eval --loss ral --x 0 --set lambda=1", "ral: lambda must be > 1, got 1: at λ ≤ 1 calling every class positive"},
      {"eval --loss asl --x 0 --set clip=1", "asl: clip must be in [0, 1), got 1: at 1 no negative would count"},
      {"eval --loss focal --x 0 --set gamma=-1", "focal: gamma must be ≥ 0, got -1"},
      {"eval --loss ral --x 0 --set lambda", "--set: expected name=value, got 'lambda'"},
      {"eval --loss ral", "expected logits, --x, or probabilities, --p"},
      {"eval --loss ral --x 0 --p .5", "expected logits, --x, or probabilities, --p"},
      {"eval --x 0", "--loss: expected the name of a loss"},
      {"eval --loss ral --logit 3", "unknown option '--logit'; here it is --x"},
      {"eval --loss ral --z 3", "unknown option '--z'; here it is --x"},
      {"eval --loss ral --p 1", "--p: a probability lies in (0, 1), got 1"},
      {"eval --loss ral --x 1:2", "--x: expected from:to:how many, got '1:2'"},
      {"eval --loss ral --x inf", "--x: expected numbers"},
      {"eval --loss ral --x=-1e308:1e308:3", "--x: '-1e308:1e308:3' is too wide"},
      {"eval --loss ral --x 1:2:1e9", "needs a whole number from 2 to 1000000"},
      {"eval --loss ral --x 0 --y 2", "--y: a label lies in [0, 1], got 2"},
      {"eval --loss cross_entropy --x 0", "`skew loss check --loss cross_entropy` examines it on whole rows"},
      {"plot --loss ral --of gard", "unknown --of 'gard'; did you mean 'grad'?"},
      {"plot --loss ral --x lgit", "did you mean 'logit'?"},
      {"plot --loss ral --x p=0:1:5", "--x: a probability lies in (0, 1), got 0"},
      {"plot --loss ral --x logit=1,0", "the numbers must rise"},
      {"plot --loss ral --x pt --y .5", "needs hard labels"},
      {"plot --loss bce --sweep lambda=1.1:2:3", "--sweep: unknown parameter 'lambda'"},
      {"plot --loss ral --sweep lambda=.5:2:3", "ral: lambda must be > 1, got 0.5"},
      {"proper --loss ral --rates 0", "--rates: a rate lies in (0, 1), got 0"},
      {"budget --loss ral --prior 1", "--prior: a rate lies in (0, 1), got 1"},
      {"budget --loss ral --auroc .4", "--auroc: expected one number in (0.5, 1), or untrained"},
      {"plot --loss ral --of weight --y .3", "--of weight: cross-entropy's gradient, its unit, is 0 at p = 0.3"},
      {"heat --loss ral --over clip=0:.3:4,lambda=1.1:2:2 --of budget --prior nan", "--prior: a rate lies in (0, 1)"},
      {"eval --loss ral --set lambda=inf --x 0 --y 1", "ral: lambda must be finite and > 1, got inf"},
      {"heat --loss ral --over clip=0:.3:4", "--over: expected two parameters"},
      {"heat --loss ral --over clip=0:.3:4,clip=0:.2:3", "--over: expected two parameters, got clip twice"},
      {"heat --loss ral,asl --over gamma_neg=0:2:3,clip=0:.3:4", "a heat map shows one loss"},
      {"heat --loss ral --over gama_neg=0:2:3,clip=0:.3:4", "did you mean 'gamma_neg'?"},
      {"heat --loss ral --over gamma_neg=0:2:3,clip=0:.3:4 --of peek-p", "did you mean 'peak-p'?"},
      {"check --loss rall", "did you mean 'ral'?"},
      {"check --dtype f31", "did you mean 'f32'?"},
      {"eval --loss ral --x 0 --jsn", "did you mean '--json'?"}};
  for (const auto& [arguments, message] : rows) {
    INFO(arguments);
    const Outcome o = skew_in(folder, "loss " + arguments);
    CHECK(o.code == 2);
    CHECK(o.out.empty());
    CHECK_THAT(o.err, Contains(message));
  }
}

TEST_CASE("a folder that cannot be made is a failure that names it") {
  const ScratchFolder folder;
  CHECK(skew_in(folder, "loss heat --loss ral --over lambda=1.1:2:2,clip=0:.3:2 -o /dev/null/h").code == 1);
  const Outcome o = skew_in(folder, "loss plot --loss ral -o /dev/null");
  CHECK(o.code == 1);
  CHECK_THAT(o.err, Contains("/dev/null: cannot make this folder"));
}

TEST_CASE("-o of a picture's name writes one figure and its numbers") {
  const ScratchFolder folder;
  const std::string plot = "loss plot --loss bce,ral --of grad --y 0 -o ";
  const Outcome o = skew_in(folder, plot + "g.svg");
  CHECK(o.code == 0);
  CHECK_THAT(o.out, Contains("g.svg g.csv\n"));
  CHECK(xml_fault(contents_of(folder.path() / "g.svg")) == "");
  CHECK_THAT(contents_of(folder.path() / "g.csv"), Contains("curve,p,∂ℓ/∂x\nbce,"));
  const Outcome many = skew_in(folder, "loss plot --loss bce,ral --of grad -o g.png");
  CHECK(many.code == 2);
  CHECK_THAT(many.err, Contains("-o g.png: 2 figures, one for each of --of and --y"));
  CHECK(skew_in(folder, "loss budget --loss bce,ral --prior .01,.1 -o b.svg").code == 0);
  CHECK_THAT(contents_of(folder.path() / "b.svg"), Contains("Who drives the update") && Contains(">prior .01</text>"));
  CHECK_THAT(contents_of(folder.path() / "b.csv"),
             Contains("loss,prior,positives,easy negatives,hard,mislabelled?\nbce,"));
  const Outcome unknown = skew_in(folder, "loss budget --loss bce -o b.gif");
  CHECK(unknown.code == 2);
  CHECK_THAT(unknown.err, Contains("ends with .svg, .png or .pdf, got 'b.gif'"));
  const Outcome photo = skew_in(folder, "loss plot --loss ral --y 0 --of grad -o c.jpg");
  CHECK(photo.code == 2);
  CHECK_THAT(photo.err, Contains("c.jpg: figures are written as .svg, .png or .pdf"));
  CHECK(skew_in(folder, "loss heat --loss ral --over gamma_neg=0:6:5,clip=0:.3:4 -o h.svg").code == 0);
  CHECK_THAT(contents_of(folder.path() / "h.svg"), Contains(">γ₋ (gamma_neg)</text>") && Contains(">default</text>"));
  CHECK_THAT(contents_of(folder.path() / "h.csv"), Contains("gamma_neg,clip,peak-grad\n"));
  CHECK(skew_in(folder, "loss proper --loss ral -o p.svg").code == 0);
  CHECK_THAT(contents_of(folder.path() / "p.csv"), Contains("loss,rate,p,logit"));
  const Outcome without = skew_in(folder, plot + "g.png", "OMP_NUM_THREADS=1 GOMP_SPINCOUNT=1000 PATH=" + folder.str());
  CHECK(without.code == 1);
  CHECK_THAT(without.err, Contains("apt-get install librsvg2-bin"));
  CHECK(!std::filesystem::exists(folder.path() / "g.png"));
}

TEST_CASE("a figure for paper or for a dark slide has one kind of colours") {
  const ScratchFolder folder;
  const auto svg = [&](const std::string& theme) {
    REQUIRE(skew_in(folder, "loss proper --loss ral -o f" + theme).code == 0);
    return contents_of(folder.path() / "f/proper.svg");
  };
  CHECK_THAT(svg(""), Contains("@media(prefers-color-scheme:dark)"));
  CHECK_THAT(svg(" --theme light"), !Contains("@media") && Contains(".paper{fill:#fff}"));
  CHECK_THAT(svg(" --theme dark"), !Contains("@media") && Contains(".paper{fill:#14171b}"));
  const Outcome wrong = skew_in(folder, "loss proper --loss ral -o f --theme drak");
  CHECK(wrong.code == 2);
  CHECK_THAT(wrong.err, Contains("did you mean 'dark'?"));
}
